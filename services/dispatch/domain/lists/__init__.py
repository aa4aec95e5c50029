"""The lists of what waits."""

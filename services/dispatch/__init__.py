"""dispatch: see README.md."""

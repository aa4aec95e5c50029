"""learning: see README.md."""

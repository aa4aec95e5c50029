"""classifier: see README.md."""

"""intake: see README.md."""

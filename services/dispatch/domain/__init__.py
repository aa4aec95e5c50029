"""What a hand-off is and what it looks like: stdlib and contracts only."""

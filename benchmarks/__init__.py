"""What a start, a zip and a decision cost (``make bench``)."""

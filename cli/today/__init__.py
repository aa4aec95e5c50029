"""``now``: what waits, what went wrong, and how today goes, at a glance."""

"""``ticket-router doctor``: what is wrong with a stage, and the cure, a line a check."""

"""``ticket-router init``: from nothing to a stage file, stored secrets and what to click elsewhere."""

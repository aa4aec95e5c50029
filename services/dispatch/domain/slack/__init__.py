"""How a ticket looks in Slack."""

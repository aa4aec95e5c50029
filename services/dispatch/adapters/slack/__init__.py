"""Slack: its Web API, the channels tickets lie in, and what Slack sends back."""

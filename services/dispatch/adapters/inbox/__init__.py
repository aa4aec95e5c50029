"""Shared inboxes: the mails and the pages."""

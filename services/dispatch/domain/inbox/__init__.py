"""How a ticket looks in a shared inbox, and on the page behind its link."""

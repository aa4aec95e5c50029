"""Does the router learn? A stream of labelled tickets, a lead who corrects, and what changes over time."""

"""router: a pure function of ticket, reading and rules."""

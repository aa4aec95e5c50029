"""The ``ticket-router`` command: what an operator, a lead or a developer asks from a shell."""

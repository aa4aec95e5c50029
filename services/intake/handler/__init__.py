"""intake's Lambda entry points, a room for each: a function imports its own room and nothing of the others."""

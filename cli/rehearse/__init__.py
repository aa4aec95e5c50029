"""``rehearse``: a mailbox through parsing, folding, reading and the move; nothing is sent and nothing is kept."""

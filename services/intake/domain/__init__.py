"""Pure decisions of intake: who wrote, what is new, which ticket it is, what it continues or repeats."""

"""The whole system on this machine: the local AWS, the four outside parties, the six stacks, and their common end."""

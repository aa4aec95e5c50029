"""Whether a ticket repeats one of the customer's recent ones: asked with the reading, checked in code."""

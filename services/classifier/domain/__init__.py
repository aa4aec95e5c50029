"""What is asked of the model, how its answer is checked, and how far it is believed. Pure."""

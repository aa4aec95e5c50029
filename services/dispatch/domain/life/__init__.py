"""A ticket's life: what is known of it, and what people and time make of that."""

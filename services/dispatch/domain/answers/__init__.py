"""How the customer is answered: by a person, from their own tool. The router carries them to the door."""

"""intake's way outside: AWS, the contact page, and the sentence encoder."""

"""A model stand-in that runs offline: an OpenAI-compatible endpoint in front of a small text classifier.

It stands where Haiku stands and sees what Haiku sees: nothing but the request. It reads the listed topics with their
examples and the ticket out of the prompt, and answers with the tool call that the prompt demands. It knows no table
of answers. What ships with it is general English: a sentence encoder, a tone head and cues of urgency.
"""

from local.reader.app import create_app, warm_up

__all__ = ["create_app", "warm_up"]

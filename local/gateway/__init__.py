"""Between the local AWS and a model server of your own: asks in the way that server understands.

The services make one ``Converse`` call and know nothing of this. MiniStack turns it into a chat completion with a
forced tool, which few servers take as it stands (``ways``); a probe at the start finds out which way this one takes.
"""

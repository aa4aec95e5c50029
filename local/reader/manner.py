"""How urgent a ticket is and in what tone it is written, by cues."""

from __future__ import annotations

import re

_NO_RUSH = re.compile(r"\b(no (rush|hurry)|not urgent|whenever|when you have (a )?(time|moment)|low priority)\b", re.I)
_HIGH = re.compile(
    r"\b(outage|is down|are down|went down|whole (site|shop|team)|everyone|nobody can|no one can|urgent|asap|"
    r"immediately|right now|losing (sales|money|orders)|data loss|deleted everything|locked out|breach|hacked|"
    r"cannot work|can't work|error 50\d|50\d error|deadline|today|tomorrow)\b",
    re.I,
)
_LOW = re.compile(
    r"\b(how (do|can|to)|where (do|can|is)|is there|is it possible|would be (great|nice)|please add|feature|wish|"
    r"could you|can you|question|change my)\b",
    re.I,
)
_ANGRY = re.compile(
    r"\b(unacceptable|ridiculous|terrible|awful|worst|useless|fed up|sick of|furious|angry|disgust\w*|scam|joke|"
    r"lawyer|never again|third time|still no|incompeten\w*|rubbish|garbage|shame|outrageous|horrible|wtf|hell)\b",
    re.I,
)
_CONFUSED = re.compile(
    r"\b(confus\w+|don't understand|do not understand|not sure|lost|no idea|what does|unclear)\b", re.I
)


def urgency_of(text: str, urgent_words: tuple[str, ...]) -> str:
    """low, medium or high."""
    if _NO_RUSH.search(text):
        return "low"
    listed = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.I) for word in urgent_words if word)
    if _HIGH.search(text) or (listed and not _LOW.search(text)):
        return "high"
    return "low" if _LOW.search(text) else "medium"


def tone_of(text: str) -> str:
    """calm, confused or angry."""
    letters = [c for c in text if c.isalpha()]
    shouting = len(letters) > 20 and sum(c.isupper() for c in letters) / len(letters) > 0.6
    if _ANGRY.search(text) or shouting or "!!!" in text:
        return "angry"
    return "confused" if _CONFUSED.search(text) else "calm"

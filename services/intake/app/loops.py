"""Ending a loop by counting: two machines that answer each other say the same again and again, and people do not.

Nothing is guessed from words, and nobody is shut out: the first mails of a loop are tickets, and what is over the count
is set aside with this reason, one press from being a ticket. A person who sends the same words four times in an hour
has three tickets (or one with two copies) that say them.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from services.intake.app.ports import Counter
from services.intake.domain.mail import Mail

WINDOW_S = 3_600
MOST_ALIKE = 3
"""Mails with the very same words, subject and files that one sender can send in an hour and have a ticket of each."""
MOST_ANSWERS = 20
"""Answers to mail of this product that one sender can send in an hour, in whatever words."""
_FEWEST_WORDS = 4
"""Words from which on saying the same again tells anything: people write *Done* under many a hand-off."""
_PREFIXES = re.compile(r"^(?:\s{0,9}[^\s:：]{1,14}\s?[:：])+\s*")
"""*Re:* and the like, as often as a loop has piled them up."""
_NUMBERS = re.compile(r"T-[0-9A-HJKMNP-TV-Z]{12}|\d+", re.I)


def why_looping(*, mail: Mail, key: str, counter: Counter, now: datetime) -> str | None:
    """Why this mail goes round in circles; None when it does not. Counts it once, by the ``key`` that it is kept under.

    Mail that answers ours is compared without its numbers and without its subject: it quotes those of what it answers.
    """
    if not mail.sender:
        return None
    said = " ".join(mail.text.split()).casefold()
    if len(said.split()) >= _FEWEST_WORDS:
        subject = _PREFIXES.sub("", mail.subject)
        about = _NUMBERS.sub("", said) if mail.answers_us else f"{said}\x1f{subject}"
        marks = hashlib.sha256(about.encode("utf-8", "replace"))
        for file in mail.files:
            marks.update(hashlib.sha256(file.content).digest())
        alike = f"same#{mail.sender}#{marks.hexdigest()[:32]}"
        if counter.is_over(who=alike, what=key, most=MOST_ALIKE, window=WINDOW_S, now=now):
            return f"the same mail came from the same sender more than {MOST_ALIKE} times in an hour"
    answers = f"answers#{mail.sender}"
    if mail.answers_us and counter.is_over(who=answers, what=key, most=MOST_ANSWERS, window=WINDOW_S, now=now):
        return f"the same sender answered our own mail more than {MOST_ANSWERS} times in an hour"
    return None

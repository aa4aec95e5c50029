"""A calendar's answer to an invitation (RFC 5546 §3.2.3), and whether somebody wrote something with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.charset import decode
from services.intake.domain.mail.mime import Part
from services.intake.domain.text import fold_case

_ANSWERS = ("reply", "counter", "declinecounter", "refresh")
_PROPERTY = re.compile(
    r"^(SUMMARY|LOCATION|COMMENT|ORGANIZER|ATTENDEE)[^:\n]{0,300}?(?:CN=([^;:\n]{1,100})[^:\n]{0,200})?:([^\n]{0,300})",
    re.M,
)
_MOST_WORDS = 12
"""Words of the line in which a calendar says who comes; a longer one is somebody's."""


def is_bare_answer(part: Part, words: str, names: Sequence[str]) -> bool:
    """Whether the calendar part answers an invitation and the mail says no more than that.

    A calendar's own lines name the guest or the event (*Jane Doe has accepted this invitation*), or are labelled
    (*When: Monday*). Any other line is something that somebody wrote: then it is no bare answer.
    """
    if part.parameters.get("method", "").lower() not in _ANSWERS:
        return False
    found = _PROPERTY.findall(decode(part.content[:50_000], part.parameters.get("charset")).replace("\r", ""))
    if any(name == "COMMENT" and value.strip() for name, _, value in found):
        return False
    known = {fold_case(one.strip('" ')) for _, guest, value in found for one in (guest, value) if len(one.strip()) > 2}
    known |= {fold_case(one.rpartition(":")[2].strip()) for one in names if len(one.strip()) > 2}
    return all(_is_calendars(line.strip(), known) for line in words.split("\n") if line.strip())


def _is_calendars(line: str, known: set[str]) -> bool:
    told = fold_case(line)
    label, colon, _ = line.partition(":")
    if colon and len(label.split()) <= 2 and not told.endswith(("?", "!")) and len(line.split()) <= _MOST_WORDS:
        return True
    return len(line.split()) <= _MOST_WORDS and any(name and name in told for name in known)

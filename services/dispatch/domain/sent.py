"""Everything the customer sent: what of it is shown where the ticket lies, and what stands in the way of the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.ticket import ObjectRef, Ticket
from services.dispatch.domain.words import cut, line, seen

NAME_CHARS = 80
VIRUS = "virus"
"""The flag of a mail whose virus verdict was not clean: nothing of it is shown, also not as a file."""

FLAGGED, IN_ORIGINAL, NOT_HERE = "flagged as a virus", "only in the original", "not kept here"
_UNSAFE = re.compile(r'[\\/:*?"<>|]+')
_TYPES = {"mail": ("eml", "message/rfc822"), "form": ("json", "application/json"), "chat": ("json", "application/json")}


@dataclass(frozen=True)
class Sent:
    """A file of a ticket: one the customer sent, or one made of their words."""

    name: str
    """As a file may be called everywhere."""
    title: str
    """Tells it from every other file of the thread."""
    content_type: str = "text/plain"
    size: int = 0
    """Bytes; of words made into a file not known before."""
    ref: ObjectRef | None = None
    text: str | None = None
    """The content, when it is made of words."""
    remark: str = ""
    """What intake says about it, such as that nobody has looked for a virus in it."""
    why_not: str = ""
    """Why it is not shown; empty when it is."""

    @property
    def is_kept_back(self) -> bool:
        """Whether nobody gets it by a link: it is flagged, lies in the original alone, or did not come here."""
        return self.why_not in (FLAGGED, IN_ORIGINAL, NOT_HERE)


def attachments(ticket: Ticket, *, limit: int) -> list[Sent]:
    """The files that came with it, in order. ``limit``: how many bytes one may have to be shown."""
    files, count = [], len(ticket.attachments)
    for number, file in enumerate(ticket.attachments, 1):
        name = safe_name(file.name) or f"file-{number}"
        absent = NOT_HERE if file.remark else IN_ORIGINAL
        why_not = FLAGGED if VIRUS in ticket.flags else "" if file.ref else absent
        why_not = why_not or ("too large" if file.size > limit else "")
        title = f"{name} ({ticket.ticket_id}, {number} of {count})"
        remark = line(file.remark or "")
        files.append(Sent(name, title, file.content_type, file.size, file.ref, remark=remark, why_not=why_not))
    return files


def whole_text(ticket: Ticket) -> Sent:
    """The customer's words, when they are too long for a message."""
    name = f"{ticket.ticket_id}.txt"
    return Sent(name, name, text=seen(ticket.text))


def rest(ticket: Ticket) -> Sent | None:
    """What was folded away, as people read it: of a chat the whole conversation. None when nothing was."""
    if not ticket.rest.strip():
        return None
    name = f"{ticket.ticket_id}-{'conversation' if ticket.source == 'chat' else 'rest'}.txt"
    return Sent(name, name, text=seen(ticket.rest))


def original(ticket: Ticket) -> Sent | None:
    """The ticket exactly as it came in; None when it was not kept. Its size is known only once it is read."""
    if ticket.raw is None:
        return None
    ending, content_type = _TYPES[ticket.source]
    name = f"{ticket.ticket_id}.{ending}"
    why_not = FLAGGED if VIRUS in ticket.flags else ""
    return Sent(name, name, content_type, ref=ticket.raw, why_not=why_not)


def everything(ticket: Ticket, *, limit: int) -> list[Sent]:
    """All there is: the rest of the words, the files, the original."""
    return [one for one in (rest(ticket), *attachments(ticket, limit=limit), original(ticket)) if one]


def safe_name(name: str) -> str:
    """A file name without folders, controls, or anything that would hide its ending; cut before it."""
    plain = _UNSAFE.sub("_", line(seen(name))).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 12:
        return cut(plain, NAME_CHARS)
    return f"{cut(stem, NAME_CHARS - len(ending) - 1)}.{ending}"


def about(file: Sent) -> str:
    """What is said of a file behind its name."""
    return ", ".join(filter(None, (size(file.size), file.remark, file.why_not)))


def size(of: int) -> str:
    """A size as people say it."""
    return f"{of / 1e6:.1f} MB" if of >= 1e6 else f"{max(1, round(of / 1000))} kB"

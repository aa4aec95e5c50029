"""What a mail to an inbox encloses: the customer's files and their message as it came, as far as a mail can carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contracts.ticket import Ticket
from services.dispatch.domain import sent
from services.dispatch.domain.sent import Sent

Read = Callable[[Sent, int], bytes | None]
"""The content of a file of at most so many bytes; None when it is larger or gone."""


@dataclass(frozen=True)
class Enclosed:
    """A file in a mail."""

    name: str
    content_type: str
    content: bytes
    of_ours: bool = False
    """Whether we made it of words: then it is in UTF-8. What charset a customer's file is in nobody says."""


@dataclass(frozen=True)
class Enclosure:
    """All files of a mail, and what it has no room for."""

    files: tuple[Enclosed, ...] = ()
    left_out: tuple[Sent, ...] = ()
    has_original: bool = False

    @property
    def said(self) -> str:
        """What the mail says about it."""
        said = []
        if self.has_original:
            said.append("Enclosed is the customer's own mail: open it and press Reply there to answer them.")
        if self.left_out:
            names = ", ".join(
                f"{one.name} ({one.why_not or 'too large, or not kept any more'})" for one in self.left_out
            )
            said.append(f"Not enclosed: {names}. The page behind the button, or ticket-router original, has it.")
        return " ".join(said)


NOTHING = Enclosure()


def enclosure(ticket: Ticket, read: Read, *, limit: int) -> Enclosure:
    """The original first: it has everything in it. Then the rest of the words, then the files, while there is room.

    The original of a form or a chat is for machines: their words and files are all there is to enclose.
    """
    original = sent.original(ticket) if ticket.source == "mail" else None
    wanted = [one for one in (original, sent.rest(ticket), *sent.attachments(ticket, limit=limit)) if one]
    files, left_out, room = list[Enclosed](), list[Sent](), limit
    for one in wanted:
        content = None if one.why_not else one.text.encode() if one.text is not None else read(one, room)
        if content is None or len(content) > room:
            left_out.append(one)
            continue
        room -= len(content)
        files.append(Enclosed(one.name, one.content_type, content, of_ours=one.text is not None))
    has_original = original is not None and any(file.name == original.name for file in files)
    return Enclosure(tuple(files), tuple(left_out), has_original)

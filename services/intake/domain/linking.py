"""Whether a new ticket continues one of the same customer's recent tickets, or says one word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from contracts.ticket import RecentTicket, Source, Ticket
from services.intake.domain.identity import are_colleagues, customer_key
from services.intake.domain.same_words import nearly_said_in, same_words

COMPARED_CHARS = 3_000
"""Characters of a ticket's text that are kept for comparing: ten tickets of four bytes a character stay far below
DynamoDB's 400 KB for an item."""

_LANES: dict[Source, str] = {"mail": "by mail", "form": "by the contact form", "chat": "by chat"}


HANDED_ON, HANDED_ON_CHARS = 5, 1_000
"""How many of the customer's tickets the reading is told of, and how much of each: 5 × 4 KB at most in an event of
256 KB that has 140 KB of the ticket's own words. The model sees less; the check looks at all of it."""


@dataclass(frozen=True)
class Folding:
    """How far back a copy is looked for."""

    window: timedelta = timedelta(hours=72)
    count: int = 10
    kept_apart: tuple[str, ...] = ()
    """Words of messages that are new each time they come: a person has said *not a copy*."""


@dataclass(frozen=True)
class Recent:
    """What is remembered of a ticket while copies of it may still come."""

    ticket_id: str
    root: str
    """The ticket whose hand-off it belongs to: itself, the original of a copy, or the start of the thread."""
    source: Source
    subject: str
    text: str
    received_at: str
    chars: int = 0
    """How long the whole text was."""

    def as_dict(self) -> dict[str, str | int]:
        """As it is stored."""
        return asdict(self)


@dataclass(frozen=True)
class Known:
    """What a thread's key (a Message-ID, a ticket id) stands for."""

    root: str
    customer: str | None = None
    """Whose ticket has the key (see ``customer_key``); None when nobody knows."""


@dataclass(frozen=True)
class Link:
    """What a new ticket is to an earlier one."""

    root: str
    reason: str
    is_copy: bool


def link_of(
    ticket: Ticket,
    *,
    thread: Sequence[str],
    roots: Mapping[str, Known],
    recent: Sequence[Recent],
    folding: Folding,
    trusted: bool = False,
) -> Link | None:
    """The earlier ticket that this one repeats or continues; None when it stands on its own.

    ``thread`` are the keys that the ticket names (References, ticket ids), nearest first; ``roots`` says which of them
    are known. A thread beats likeness: a reply with new words is a follow-up, however alike it is. A ticket id can be
    read over a shoulder or made up, so it opens the thread to the customer and the customer's colleagues alone, unless
    the ticket is ``trusted`` (our own people, the same chat); a Message-ID is known to those who had the mail.
    """
    known = next((key for key in thread if key in roots and (trusted or _may_join(ticket, key, roots[key]))), None)
    if known is not None:
        return _in_thread(ticket, known, roots[known].root, recent)
    return _copy_of(ticket, recent, folding)


def to_be_read_with(ticket: Ticket, recent: Sequence[Recent], folding: Folding) -> tuple[RecentTicket, ...]:
    """The customer's tickets that this one may repeat in other words, newest first: the reading says whether it does.

    Each thread stands here once, under the ticket it belongs to, with the words it began with. Whether people are done
    with it, intake does not know.
    """
    if not _could_be_a_copy(ticket, folding):
        return ()
    began = {one.root: one for one in recent if _is_near(ticket, one, folding) and one.ticket_id != ticket.ticket_id}
    known = sorted(began.values(), key=lambda one: one.received_at, reverse=True)
    return tuple(
        RecentTicket(
            ticket_id=one.root,
            source=one.source,
            received_at=datetime.fromisoformat(one.received_at),
            words="\n".join(filter(None, (one.subject, one.text)))[:HANDED_ON_CHARS],
        )
        for one in known[:HANDED_ON]
    )


def remember(ticket: Ticket, root: str, recent: Sequence[Recent], folding: Folding) -> tuple[Recent, ...]:
    """``recent`` with the ticket in front, without what is too old or too much."""
    oldest = (ticket.received_at - folding.window).isoformat()
    entry = Recent(
        ticket_id=ticket.ticket_id,
        root=root,
        source=ticket.source,
        subject=ticket.subject,
        text=ticket.text[:COMPARED_CHARS],
        received_at=ticket.received_at.isoformat(),
        chars=len(ticket.text),
    )
    others = (one for one in recent if one.ticket_id != ticket.ticket_id and one.received_at >= oldest)
    return (entry, *others)[: folding.count]


def _may_join(ticket: Ticket, key: str, known: Known) -> bool:
    return not key.startswith("T-") or are_colleagues(customer_key(ticket.customer), known.customer)


def _in_thread(ticket: Ticket, key: str, root: str, recent: Sequence[Recent]) -> Link:
    said_before = any(one.root == root and one.text.split() == ticket.text.split() for one in recent)
    if said_before or not ticket.text.strip():
        return Link(root, f"Says nothing new in the thread of {root}", is_copy=True)
    named = "names its ticket id" if key.startswith("T-") else "replies to its mail"
    return Link(root, f"Continues {root}: {named}", is_copy=False)


def _copy_of(ticket: Ticket, recent: Sequence[Recent], folding: Folding) -> Link | None:
    """A copy is told here by its words alone; the same in other words is for the reading to say."""
    one = next((one for one in recent if _is_near(ticket, one, folding) and _says_the_same(ticket, one)), None)
    if one is None or not _could_be_a_copy(ticket, folding):
        return None
    apart = abs(ticket.received_at - datetime.fromisoformat(one.received_at))
    reason = f"Same customer, same words as {one.root}, which came {_LANES[one.source]} {_ago(apart)}"
    return Link(one.root, reason, is_copy=True)


def _says_the_same(ticket: Ticket, one: Recent) -> bool:
    if len(ticket.text) > COMPARED_CHARS and len(ticket.text) != one.chars:
        return False
    return same_words((ticket.subject, ticket.text[:COMPARED_CHARS]), (one.subject, one.text))


def _is_near(ticket: Ticket, one: Recent, folding: Folding) -> bool:
    return abs(ticket.received_at - datetime.fromisoformat(one.received_at)) <= folding.window


def _could_be_a_copy(ticket: Ticket, folding: Folding) -> bool:
    return not any(nearly_said_in(words, f"{ticket.subject}\n{ticket.text}") for words in folding.kept_apart)


def _ago(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    if minutes < 1:
        return "in the same minute"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''} earlier"
    return f"{round(minutes / 60)} hours earlier"

"""What the hand-off says once its ticket lies somewhere, and who is called there."""

from __future__ import annotations

from contracts.ticket import Ping
from services.dispatch.domain.life.beginning import shared_reading
from services.dispatch.domain.life.handoff import HandOff, Place


def by_mail(known: HandOff, meant: HandOff, in_doubt: bool) -> HandOff | None:
    """The hand-off once an inbox falls in for Slack at the revision of ``meant``; ``in_doubt``: Slack may have it."""
    if meant.revision in known.by_mail:
        return None
    doubts = (*known.doubts, *([meant.revision] if in_doubt else []))
    return known.model_copy(update={"by_mail": (*known.by_mail, meant.revision), "doubts": doubts})


def placed(handoff: HandOff, place: Place, called: tuple[Ping, ...] = ()) -> HandOff:
    """The hand-off once its ticket lies in ``place`` and ``called`` have been called."""
    left = (*handoff.left, handoff.place) if handoff.place else handoff.left
    names = tuple(ping.who for ping in called)
    return handoff.model_copy(
        update={
            "place": place,
            "left": left,
            "announced": False,
            "pinged": (*handoff.pinged, *names),
            "mailed": (*handoff.mailed, *names) if place.destination.kind == "inbox" else handoff.mailed,
            "first_dispatched_at": handoff.first_dispatched_at or place.at,
        }
    )


def noted(part: HandOff, root: HandOff, place: Place) -> HandOff:
    """The part once it is noted where ``root`` lies. A copy shares what is known of its original."""
    shared = {"team": root.move.team, "kind": root.move.kind, "vip": root.move.vip}
    copied = {"move": part.move.model_copy(update=shared), "reading": shared_reading(root, part.reading)}
    known = copied if part.is_copy else {}
    # The note in a thread that was left stays there, in the thread of a message that says it has moved.
    return placed(part.model_copy(update=known), place).model_copy(update={"left": part.left})


def to_ping(handoff: HandOff) -> tuple[Ping, ...]:
    """Who is called by name when the ticket is put somewhere, which a part never is: nobody a second time."""
    return tuple(ping for ping in handoff.move.pings if ping.who not in handoff.pinged)

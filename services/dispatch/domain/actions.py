"""What each action makes of a hand-off. Every one answers None when it would change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from contracts.envelope import NAMESPACE
from contracts.rules import TRIAGE, Team
from contracts.ticket import Correction, CorrectionKind, Move, MoveKind, Person, Ping, Placement
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.handoff import HandOff, Note, corrected_event
from services.dispatch.domain.queue import Entry
from services.dispatch.domain.words import MOVES, wait

LOUDNESS: dict[MoveKind, int] = {"escalate": 2, "priority": 1, "route": 0, "hold": 0}
_LOUDER: dict[MoveKind, MoveKind] = {"route": "priority", "priority": "escalate"}
_KINDS = {"reassign": "reassigned", "bump": "bumped", "split": "split", "not_a_copy": "unfolded"}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def take(handoff: HandOff, *, revision: int | None, by: Person, at: datetime) -> HandOff | None:
    """Somebody starts to work on it, unless it has left the team that the button was shown to."""
    if not handoff.is_open or handoff.team_at(revision) != handoff.move.team:
        return None
    notes = tuple(note for note in handoff.notes if not note.waits)
    return handoff.model_copy(update={"taken_by": by, "taken_at": at, "notes": notes})


def reassign(handoff: HandOff, *, team: Team, topic: str | None, by: Person, at: datetime) -> HandOff | None:
    """The ticket belongs to another team, or is about another topic. A held ticket thereby goes its way.

    A held ticket that lay on top stays loud with its new team.
    """
    topic = topic or (handoff.topic if handoff.move.team == team.name else None)
    if handoff.part_of or (team.name == handoff.move.team and topic == handoff.topic):
        return None
    move, kind = handoff.move, handoff.move.kind
    if kind == "hold" and team.name != TRIAGE:
        kind = "priority" if move.position == "top" else "route"
    who, about = by.name or by.id, f": it is about {topic}" if topic else ""
    said = (
        f"Moved here from {move.team} by {who}{about}" if team.name != move.team else f"{who} says it is about {topic}"
    )
    moved = move.model_copy(
        update={
            "team": team.name,
            "kind": kind,
            "reasons": (said, *move.reasons),
            "pings": pings_for(team, kind, move.pings, at=at),
        }
    )
    after = handoff.placement().model_copy(update={"team": team.name, "topic": topic, "kind": kind})
    # Whoever took it took it for the old team: with a new one the wait goes on.
    freed = {"taken_by": None, "taken_at": None, "reminded": ()} if team.name != move.team else {}
    return _corrected(handoff, "reassigned", after, by, at).model_copy(update={"move": moved, **freed})


def bump(handoff: HandOff, *, team: Team, by: Person, at: datetime) -> HandOff | None:
    """One step louder: route to priority, priority to escalate; a held ticket to the top of its lane."""
    kind = _LOUDER.get(handoff.move.kind, handoff.move.kind)
    if handoff.part_of or (kind == handoff.move.kind and handoff.move.position == "top"):
        return None
    after = handoff.placement().model_copy(update={"kind": kind, "urgency": "high"})
    done = _corrected(handoff, "bumped", after, by, at)
    return raised(done, kind, team=team, because=f"Bumped by {by.name or by.id}", key=f"bump#{done.revision}")


def confirm(handoff: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """What the last correction said of the topic is right: the answer to learning's question. Nothing moves.

    Where the ticket stands would not do: with no topic named, that has the topic as read, which nobody meant.
    """
    done = handoff.corrections[-1] if handoff.corrections else None
    if done is None or done.kind not in ("reassigned", "bumped"):
        return None
    yes = Correction(kind="reassigned", before=done.after, after=done.after, corrected_by=by, corrected_at=at)
    return handoff.model_copy(update={"corrections": (*handoff.corrections, yes)})


def raised(handoff: HandOff, kind: MoveKind, *, team: Team, because: str, key: str) -> HandOff:
    """The ticket on top, at least as loud as ``kind``, and the people called who were not called yet."""
    louder = kind if LOUDNESS[kind] > LOUDNESS[handoff.move.kind] and handoff.move.kind != "hold" else handoff.move.kind
    at = handoff.corrections[-1].corrected_at if handoff.corrections else handoff.ticket.received_at
    pings = pings_for(team, kind if LOUDNESS[kind] else "priority", handoff.move.pings, at=at)
    new = tuple(ping for ping in pings if ping.who not in handoff.pinged)
    move = handoff.move.model_copy(
        update={"kind": louder, "position": "top", "pings": pings, "reasons": (because, *handoff.move.reasons)}
    )
    word = MOVES[louder][1] if louder != "hold" else "the top of the list"
    note = Note(key=key, text=f"{because}: raised to {word}", pings=new)
    pinged = (*handoff.pinged, *(ping.who for ping in new))
    return handoff.model_copy(update={"move": move, "notes": (*handoff.notes, note), "pinged": pinged})


def may_raise(part: HandOff, root: HandOff) -> bool:
    """Whether this part can make the ticket louder: a follow-up on top that has not done so, a ticket that waits."""
    follows = not part.is_copy and part.move.position == "top"
    return follows and root.is_open and part.ticket_id not in root.raised_by


def raised_by_follow_up(root: HandOff, follow_up: HandOff, *, team: Team) -> HandOff | None:
    """A follow-up may raise the ticket it belongs to, and only raise it."""
    if not may_raise(follow_up, root):
        return None
    because = f"The customer wrote again ({MOVES[follow_up.move.kind][1].lower()})"
    key = f"follow-up#{follow_up.ticket_id}"
    heard = root.model_copy(update={"raised_by": (*root.raised_by, follow_up.ticket_id)})
    done = raised(heard, follow_up.move.kind, team=team, because=because, key=key)
    same = (done.move.kind, done.move.position) == (root.move.kind, root.move.position)
    return heard if same and not done.notes[-1].pings else done


def split_off(follow_up: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """A follow-up is a problem of its own: it leaves the thread for the place its own move gives it."""
    if follow_up.part_of is None or follow_up.is_copy:
        return None
    own = follow_up.placement()
    left = (*follow_up.left, follow_up.place) if follow_up.place else follow_up.left
    done = _corrected(follow_up, "split", own, by, at)
    return done.model_copy(update={"part_of": None, "place": None, "left": left, "announced": False})


def split(handoff: HandOff, *, team: Team, topic: str | None, by: Person, at: datetime) -> HandOff | None:
    """The ticket holds a second problem, which goes to ``team`` as a ticket of its own; see ``second_part``."""
    if handoff.part_of or (team.name == handoff.move.team and topic == handoff.topic):
        return None
    after = handoff.placement().model_copy(update={"team": team.name, "topic": topic})
    return _corrected(handoff, "split", after, by, at)


def second_part(handoff: HandOff, revision: int, *, team: Team) -> HandOff:
    """The ticket that the split of ``revision`` made. The same each time: its id is derived."""
    done = handoff.corrections[revision - 1]
    ticket = handoff.ticket.model_copy(
        update={
            "ticket_id": part_id(handoff.ticket_id, revision),
            "follow_up_to": handoff.ticket_id,
            "duplicate_of": None,
            "link_reason": f"Split from {handoff.ticket_id} by {done.corrected_by.name or done.corrected_by.id}",
        }
    )
    kind: MoveKind = "route" if handoff.move.kind == "hold" else handoff.move.kind
    about = f": it is also about {done.after.topic}" if done.after.topic else ""
    move = Move(
        kind=kind,
        team=team.name,
        position=handoff.move.position,
        pings=pings_for(team, kind, at=done.corrected_at),
        reasons=(f"{ticket.link_reason}{about}",),
        vip=handoff.move.vip,
        rules_revision=handoff.move.rules_revision,
    )
    reading = handoff.reading.model_copy(update={"topic": done.after.topic}) if handoff.reading else None
    return HandOff(ticket=ticket, reading=reading, move=move, cause=corrected_event(handoff, revision).metadata)


def part_id(ticket_id: str, revision: int) -> str:
    """The id of the ticket a split made: as ids look everywhere, derived from where it came from."""
    digest = hashlib.sha256(f"{NAMESPACE}\x1fsplit\x1f{ticket_id}\x1f{revision}".encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 4
    return "T-" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(55, -1, -5))


def unfold(copy: HandOff, *, by: Person, at: datetime) -> HandOff | None:
    """A folded ticket is no copy: intake sends it on its way anew."""
    if not copy.is_copy or is_unfolded(copy):
        return None
    return _corrected(copy, "unfolded", copy.placement(), by, at)


def is_unfolded(handoff: HandOff) -> bool:
    """Whether a person has said that it is no copy."""
    return any(done.kind == "unfolded" for done in handoff.corrections)


def pings_for(team: Team, kind: str, known: Iterable[Ping] = (), *, at: datetime) -> tuple[Ping, ...]:
    """Who is called when a ticket of this kind comes to the team then: lead or on call, the manager too on escalate."""
    pings = [ping for ping in known if ping.role == "owner"]
    if kind == "escalate" and team.manager:
        pings.append(Ping(role="manager", who=team.manager))
    if kind in ("escalate", "priority") and (on_duty := team.on_duty(at)):
        pings.append(on_duty)
    return tuple({ping.who.casefold(): ping for ping in reversed(pings)}.values())[::-1]


def is_late(entry: Entry, *, now: datetime, after: Mapping[str, tuple[timedelta, timedelta]]) -> bool:
    """Whether somebody should be told (again) that the ticket waits."""
    return _due(entry.kind, entry.reminded, now - entry.received_at, after) is not None


def _due(
    kind: str, done: tuple[str, ...], waited: timedelta, after: Mapping[str, tuple[timedelta, timedelta]]
) -> str | None:
    """Who is told now: the last of lead and manager whose time has come, unless the manager knows already."""
    if kind not in after or "manager" in done:
        return None
    due = [role for role, time in zip(("lead", "manager"), after[kind], strict=True) if waited >= time]
    return next((role for role in reversed(due) if role not in done), None)


def reminded(
    handoff: HandOff, *, team: Team, now: datetime, after: Mapping[str, tuple[timedelta, timedelta]]
) -> HandOff | None:
    """Somebody is told again that the ticket waits: the lead after the first time, the manager after the second.

    ``after`` gives both times by kind of move (and ``hold``); a kind that is not in it is never raised.
    """
    waited = now - handoff.ticket.received_at
    role = _due(handoff.move.kind, handoff.reminded, waited, after)
    if not handoff.is_open or handoff.place is None or role is None:
        return None
    on_duty = team.on_duty(now)
    who = team.manager or team.lead if role == "manager" else on_duty and on_duty.who
    called = (Ping(role="manager" if role == "manager" else "lead", who=who),) if who else ()
    note = Note(key=f"waits#{handoff.revision}#{role}", text=f"Nobody has taken it for {wait(waited)}", pings=called)
    return handoff.model_copy(update={"reminded": (*handoff.reminded, role), "notes": (*handoff.notes, note)})


def is_the_same(handoff: HandOff, action: str, choice: Choice | None, *, by: Person) -> bool:
    """Whether this is what the same person has just done: the second click of a double click.

    Not so for a yes: its question shows only later that it is answered, so whoever presses again is told.
    """
    done = handoff.corrections[-1] if handoff.corrections else None
    if done is None or done.corrected_by != by or done.kind != _KINDS.get(action) or done.is_yes:
        return False
    return choice is None or (choice.team, choice.topic or done.after.topic) == (done.after.team, done.after.topic)


def said(done: Correction) -> str:
    """What was done, as in “Lena has …”."""
    if done.is_yes:
        return f"answered that {done.after.topic or done.after.team} is right"
    return {
        "reassigned": f"moved it to {done.after.team}" + (f", about {done.after.topic}" if done.after.topic else ""),
        "bumped": "bumped it",
        "split": f"split it: a part goes to {done.after.team}",
        "unfolded": "said that it is no copy",
    }[done.kind]


def _corrected(handoff: HandOff, kind: CorrectionKind, after: Placement, by: Person, at: datetime) -> HandOff:
    done = Correction(kind=kind, before=handoff.placement(), after=after, corrected_by=by, corrected_at=at)
    return handoff.model_copy(update={"corrections": (*handoff.corrections, done)})

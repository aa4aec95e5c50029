"""Bringing Slack, the inboxes and the bus in line with the stored hand-off. Every step may run again."""

from __future__ import annotations

from contracts.rules import Team
from services.dispatch.app import noting, placing
from services.dispatch.app.attaching import attach_files
from services.dispatch.app.changes import ATTEMPTS, Change, change_stored, say_corrections
from services.dispatch.app.listing import list_queues
from services.dispatch.app.once import once
from services.dispatch.app.ports import Log, Outside
from services.dispatch.app.shadowing import say_quietly
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.raising import is_heard, may_raise, raised_by_follow_up
from services.dispatch.domain.life.splitting import second_part
from services.dispatch.domain.life.taking import reopened_by
from services.dispatch.domain.teams import team_of
from shared.errors import NotNow


def settle(*, ticket_id: str, outside: Outside) -> HandOff | None:
    """Bring everything outside in line with the stored hand-off. Answers it, or None when it is not known yet.

    A part is settled with the ticket it is part of, and waits for it when that one is not known yet.
    """
    handoff = outside.log.get(ticket_id)
    if handoff is None:
        return None
    if handoff.part_of:
        if handoff.place and handoff.corrections:
            outside.places.show(handoff, outside.rules, now=outside.clock())
        say_corrections(handoff, log=outside.log, bus=outside.bus)
        _hand_on_parts(handoff, outside.log)
        return settle(ticket_id=handoff.part_of, outside=outside)
    if handoff.shadow:
        return say_quietly(handoff, outside)
    settled = _settled(handoff, outside)
    for _ in range(ATTEMPTS):
        # Somebody may have changed it meanwhile and shown that before this, older, state was.
        now = outside.log.get(ticket_id)
        if now is None or now.stored == settled.stored:
            return settled
        settled = _settled(now, outside)
    raise NotNow(f"{ticket_id} is being changed by too many at once", retry_after=1)


def _hand_on_parts(part: HandOff, log: Log) -> None:
    """What came before this ticket did, and waited for it, is part of what this ticket is part of."""

    def change(known: HandOff | None) -> HandOff | None:
        if known is None or known.part_of != part.ticket_id:
            return None
        return known.model_copy(update={"part_of": part.part_of})

    for waiting in log.parts(part.ticket_id):
        change_stored(log, waiting.ticket_id, change)


def _settled(handoff: HandOff, outside: Outside) -> HandOff:
    handoff = say_corrections(handoff, log=outside.log, bus=outside.bus)
    handoff = _raise_by_parts(handoff, outside)
    handoff = placing.place(handoff, outside)
    handoff = placing.announce(handoff, outside)
    parts = noting.note_parts(handoff, outside)
    handoff = noting.say_notes(handoff, outside)
    handoff = noting.tell_managers(handoff, outside)
    _hand_off_second_parts(handoff, outside)
    teams = (handoff.move.team, *(done.before.team for done in handoff.corrections))
    list_queues(teams=teams, outside=outside, fresh=handoff)
    handoff = placing.clear_doubts(handoff, outside)
    for one in (handoff, *parts):
        attach_files(one, under=handoff, outside=outside)
    return handoff


def _raise_by_parts(root: HandOff, outside: Outside) -> HandOff:
    """A follow-up may open or raise the ticket it belongs to, once."""
    team = team_of(root.move.team, outside.rules)
    for part in outside.log.parts(root.ticket_id):
        if part.part_of != root.ticket_id or is_heard(part, root):
            continue
        if root.is_over:
            root, _ = change_stored(outside.log, root.ticket_id, _reopens(part))
        if may_raise(part, root):
            root, _ = change_stored(outside.log, root.ticket_id, _raises(part, team))
    return root


def _raises(part: HandOff, team: Team) -> Change:
    return lambda known: known and raised_by_follow_up(known, part, team=team)


def _reopens(part: HandOff) -> Change:
    return lambda known: known and reopened_by(known, part)


def _hand_off_second_parts(handoff: HandOff, outside: Outside) -> None:
    """The tickets that splits made of this one: each begun once, and settled until that has worked once."""
    for revision, done in enumerate(handoff.corrections, 1):
        if done.kind != "split" or done.before == done.after:
            continue
        part = second_part(handoff, revision, team=team_of(done.after.team, outside.rules))
        _hand_off_once(part, outside)


def _hand_off_once(part: HandOff, outside: Outside) -> None:
    change_stored(outside.log, part.ticket_id, lambda known: None if known else part)
    effect = f"{part.ticket_id}.split"
    once(outside, effect, lambda _: settle(ticket_id=part.ticket_id, outside=outside))
    outside.effects.done(effect)

"""Where teams see tickets: the Slack channel of those that have one, else their inbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.rules import TRIAGE, Rules, Team
from contracts.ticket import Destination
from services.dispatch.adapters.inbox.inboxes import Inboxes
from services.dispatch.adapters.slack.channels import Channels
from services.dispatch.domain.errors import NotYourTurn
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.reports.report import Report
from services.dispatch.domain.teams import team_of
from shared.errors import NotNow
from shared.observability import logger

log = logger("dispatch.places")


class Places:
    """Slack's channels and the inboxes together.

    Raises NotNow while Slack or SES cannot be reached; the inbox falls in for Slack ``fallback_after`` that long.
    """

    def __init__(self, channels: Channels, inboxes: Inboxes, *, fallback_after: timedelta | None = None) -> None:
        self._channels, self._inboxes, self._fallback_after = channels, inboxes, fallback_after

    def put(self, handoff: HandOff, rules: Rules, *, effect: str, look_first: bool, now: datetime) -> Destination:
        """Put the ticket before its team. With ``look_first`` an earlier attempt may have done it already.

        When Slack has not answered for long enough the ticket goes to the team's inbox, or triage's.
        """
        team = self._reachable(handoff.move.team, handoff, rules)
        if not team.channel:
            return self._inboxes.put(team.inbox or "", handoff)
        try:
            return self._channels.put(_name(team), handoff, rules, effect=effect, look_first=look_first)
        except NotYourTurn:
            raise
        except NotNow:
            waited = self._fallback_after is not None and now - _since(handoff) >= self._fallback_after
            inboxes = [one.inbox for one in (team, team_of(TRIAGE, rules)) if self._inboxes.may_have(one, handoff)]
            if not waited or not inboxes:
                raise
        return self._inboxes.put(inboxes[0] or "", handoff)

    def find(self, handoff: HandOff, team: str, rules: Rules, *, effect: str) -> Destination | None:
        """Where an earlier attempt put the ticket, if it can be found: in Slack it can, in a mailbox not."""
        channel = _name(self._reachable(team, handoff, rules))
        return self._channels.find(channel, effect) if channel else None

    def link(self, destination: Destination) -> str | None:
        """Where people open it; None for a mail."""
        return None if destination.kind == "inbox" else self._channels.link(destination)

    def show(self, handoff: HandOff, rules: Rules) -> None:
        """Make the Slack message say what the hand-off says. A mail stays as it was sent."""
        if handoff.place and handoff.place.destination.kind == "slack":
            self._channels.show(handoff.place.destination, handoff, rules)

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say at a place that the ticket has left it."""
        there = self._inboxes if left.destination.kind == "inbox" else self._channels
        there.leave(handoff, left)

    def put_part(self, part: HandOff, root: HandOff, *, effect: str, look_first: bool) -> Destination:
        """Note a copy or a follow-up under the ticket that it is part of."""
        there = _lies(root)
        if there.kind == "inbox":
            return self._inboxes.put_part(there.address, part, root)
        return self._channels.put_part(there, part, root, effect=effect, look_first=look_first)

    def say(self, handoff: HandOff, note: Note, *, effect: str, look_first: bool) -> None:
        """Say something under the ticket, and call whom it names."""
        there = _lies(handoff)
        if there.kind == "inbox":
            self._inboxes.say(there.address, handoff, note)
        else:
            self._channels.say(there, note, effect=effect, look_first=look_first)

    def attach_text(self, handoff: HandOff, *, under: HandOff, look_first: bool) -> None:
        """Put the whole message under a ticket, as a file; a mail has it already."""
        there = _lies(under)
        if there.kind == "slack":
            self._channels.attach_text(there, handoff, look_first=look_first)

    def tell_managers(self, handoff: HandOff, *, effect: str, look_first: bool) -> Destination | None:
        """Show an escalated ticket as it is now in the managers' channel; None when the workspace has none."""
        return self._channels.tell_managers(handoff, effect=effect, look_first=look_first)

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the list of a channel's queue."""
        self._channels.list_queue(queue, now=now)

    def report(self, report: Report, picture: bytes, rules: Rules, *, effect: str, look_first: bool) -> None:
        """Put a digest or a summary before the leads: in the managers' channel or triage's, and in triage's inbox."""
        triage = team_of(TRIAGE, rules)
        self._channels.report(report, picture, triage=triage.channel, effect=effect, look_first=look_first)
        if triage.inbox:
            self._inboxes.report(triage.inbox, report, picture)

    def tell(self, channel_id: str, user: str, text: str) -> None:
        """Answer whoever pressed a button in Slack, and nobody else."""
        self._channels.tell(channel_id, user, text)

    def _reachable(self, name: str, handoff: HandOff, rules: Rules) -> Team:
        """The team; triage when the sheet gives that team no place that the router may put the ticket in."""
        team = team_of(name, rules)
        if team.channel or self._inboxes.may_have(team, handoff):
            return team
        log.warning("a team cannot be reached: triage has its ticket", team=team.name, row=team.row, inbox=team.inbox)
        return team_of(TRIAGE, rules)


def _name(team: Team) -> str:
    return (team.channel or "").lstrip("#")


def _lies(handoff: HandOff) -> Destination:
    if handoff.place is None:
        raise ValueError(f"{handoff.ticket_id} has no place yet")
    return handoff.place.destination


def _since(handoff: HandOff) -> datetime:
    """When the ticket should have gone where it belongs now."""
    changed = [done.corrected_at for done in handoff.corrections]
    return changed[-1] if changed else handoff.cause.occurred_at

"""Where teams see tickets: the Slack channel of those that have one, else their inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from contracts.rules import TRIAGE, Rules, Team
from contracts.ticket import Destination
from services.dispatch.adapters.inbox.inboxes import Inboxes
from services.dispatch.adapters.slack.channels import Channels
from services.dispatch.domain.attempt import Attempt, InDoubt
from services.dispatch.domain.errors import NotYourTurn
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.reports.report import Report
from services.dispatch.domain.sent import Sent
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

    def put(self, handoff: HandOff, rules: Rules, attempt: Attempt, *, falls_in: Callable[[bool], None]) -> Destination:
        """Put the ticket before its team, unless an earlier attempt has.

        When Slack has not answered for long enough the ticket goes to the team's inbox, or triage's: not while a post
        may still show, and said to ``falls_in`` before the mail goes.
        """
        team = self._reachable(handoff.move.team, handoff, rules)
        if not team.channel:
            return self._inboxes.put(team.inbox or "", handoff, rules, attempt)
        inbox = next((one.inbox for one in (team, team_of(TRIAGE, rules)) if self._inboxes.may_have(one, handoff)), "")
        if inbox and handoff.revision in handoff.by_mail:
            return self._inboxes.put(inbox, handoff, rules, attempt)
        try:
            return self._channels.put(_name(team), handoff, rules, attempt)
        except (NotYourTurn, InDoubt):
            raise
        except NotNow:
            now = attempt.clock()
            waited = self._fallback_after is not None and now - _since(handoff) >= self._fallback_after
            if not waited or not inbox:
                raise
            attempt.wait_for_doubt(now)
        falls_in(attempt.in_doubt)
        return self._inboxes.put(inbox, handoff, rules, attempt)

    def find(self, handoff: HandOff, team: str, rules: Rules, *, effect: str) -> Destination | None:
        """Where an earlier attempt put the ticket, if it can be found: in Slack it can, in a mailbox not."""
        channel = _name(self._reachable(team, handoff, rules))
        return self._channels.find(channel, effect) if channel else None

    def link(self, destination: Destination) -> str | None:
        """Where people open it; None for a mail."""
        return None if destination.kind == "inbox" else self._channels.link(destination)

    def show(self, handoff: HandOff, rules: Rules, *, now: datetime) -> None:
        """Make the Slack message say what the hand-off says. A mail stays as it was sent."""
        if handoff.place and handoff.place.destination.kind == "slack":
            self._channels.show(handoff.place.destination, handoff, rules, now=now)

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Make a message say that the ticket has left."""
        self._channels.leave(handoff, left)

    def write_off(self, handoff: HandOff, left: Place, attempt: Attempt) -> None:
        """Write to an inbox that the ticket has left."""
        self._inboxes.leave(handoff, left, attempt)

    def put_part(self, part: HandOff, root: HandOff, attempt: Attempt) -> Destination:
        """Note a copy or a follow-up under the ticket that it is part of."""
        there = _lies(root)
        if there.kind == "inbox":
            return self._inboxes.put_part(there.address, part, root, attempt)
        return self._channels.put_part(there, part, root, attempt)

    def say(self, handoff: HandOff, note: Note, attempt: Attempt) -> None:
        """Say something under the ticket, and call whom it names."""
        there = _lies(handoff)
        if there.kind == "inbox":
            self._inboxes.say(there.address, handoff, note, attempt)
        else:
            self._channels.say(there, note, attempt)

    def attach(self, file: Sent, attempt: Attempt, *, under: HandOff) -> bool:
        """Put a file under a ticket; False when it is gone, too large or refused. A mail has its files already."""
        there = _lies(under)
        return there.kind == "inbox" or self._channels.attach(there, file, attempt)

    def tell_managers(self, handoff: HandOff, attempt: Attempt) -> Destination | None:
        """Show an escalated ticket in the managers' channel; None when the workspace has none."""
        return self._channels.tell_managers(handoff, attempt)

    def show_managers(self, handoff: HandOff) -> None:
        """Keep true what the managers' channel says of it."""
        self._channels.show_managers(handoff)

    def say_quietly(self, handoff: HandOff, rules: Rules, attempt: Attempt) -> None:
        """Say in the shadow channel where the ticket would go.

        Given up after as long as an inbox would fall in: nobody waits for it, and the digest has it.
        """
        if not rules.shadow_channel:
            return
        try:
            self._channels.say_quietly(rules.shadow_channel, handoff, attempt)
        except (NotYourTurn, InDoubt):
            raise
        except NotNow as error:
            waited = attempt.clock() - _since(handoff)
            if self._fallback_after is None or waited < self._fallback_after:
                raise
            log.info("a quiet line is left out", ticket_id=handoff.ticket_id, why=str(error))

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the list of a channel's queue."""
        self._channels.list_queue(queue, now=now)

    def mail_list(self, team: Team, queue: Queue, attempt: Attempt, *, now: datetime) -> None:
        """Send a team that works from its inbox the list of what waits."""
        if team.inbox and self._inboxes.may_write_to(team.inbox):
            self._inboxes.list_queue(team.inbox, queue, attempt, now=now)

    def report(self, report: Report, rules: Rules, attempt: Attempt) -> None:
        """Post a digest or a summary in the managers' channel, or triage's."""
        self._channels.report(report, attempt, triage=team_of(TRIAGE, rules).channel)

    def report_picture(self, report: Report, picture: bytes, rules: Rules, attempt: Attempt) -> None:
        """Put its picture there as well."""
        self._channels.report_picture(report, picture, attempt, triage=team_of(TRIAGE, rules).channel)

    def report_by_mail(self, report: Report, picture: bytes, rules: Rules, attempt: Attempt) -> None:
        """Send it to triage's inbox."""
        if inbox := team_of(TRIAGE, rules).inbox:
            self._inboxes.report(inbox, report, picture, attempt)

    def ask_whom(self, channel_id: str, user: str, handoff: HandOff) -> None:
        """Ask whoever wants to assign the ticket in Slack for the colleague."""
        self._channels.ask_whom(channel_id, user, handoff)

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

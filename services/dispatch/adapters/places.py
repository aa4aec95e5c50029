"""Where teams see tickets: the Slack channel of those that have one, else their inbox."""

from __future__ import annotations

from datetime import datetime

from contracts.rules import Rules, Team
from contracts.ticket import Destination
from services.dispatch.adapters.mail import Mailroom
from services.dispatch.adapters.slack import Slack
from services.dispatch.domain import mail, slack
from services.dispatch.domain.handoff import HandOff, Place, team_of, to_ping


class Places:
    """Slack channels and inboxes together."""

    def __init__(self, workspace: Slack, mailroom: Mailroom) -> None:
        self._slack, self._mailroom = workspace, mailroom

    def put(self, handoff: HandOff, rules: Rules, *, effect: str, look_first: bool) -> Destination:
        """Put the ticket before its team. With ``look_first`` an earlier attempt may have done it already."""
        team = team_of(handoff.move.team, rules)
        if team.channel:
            channel = team.channel.lstrip("#")
            ts = self._slack.find(channel, effect) if look_first else None
            ts = ts or self._slack.post(channel, self._message(handoff, rules), key=effect)
            return Destination(kind="slack", address=channel, ref=ts)
        letter = mail.hand_off_letter(handoff, called=_named(handoff), domain=self._mailroom.domain)
        inbox = _inbox(team)
        self._mailroom.send(inbox, letter)
        return Destination(kind="inbox", address=inbox, ref=letter.message_id)

    def show(self, handoff: HandOff, rules: Rules) -> None:
        """Make the Slack message say what the hand-off says. A mail stays as it was sent."""
        place = handoff.place
        if place and place.destination.kind == "slack":
            self._slack.update(place.destination.address, place.destination.ref, self._message(handoff, rules))

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say at a place that the ticket has left it."""
        if left.destination.kind == "slack":
            message = slack.moved_message(handoff, left, where=self._where(handoff))
            self._slack.update(left.destination.address, left.destination.ref, message)
        else:
            self._mailroom.send(left.destination.address, mail.moved_letter(handoff, domain=self._mailroom.domain))

    def note_copy(self, copy: HandOff, original: HandOff, *, effect: str, look_first: bool) -> None:
        """Say under the original that the same problem has arrived once more."""
        if original.place is None:
            raise ValueError(f"{original.ticket_id} has no place to note a copy at")
        there = original.place.destination
        if there.kind == "slack":
            if not look_first or self._slack.find(there.address, effect, thread=there.ref) is None:
                self._slack.post(there.address, slack.copy_message(copy), key=effect, thread=there.ref)
        else:
            self._mailroom.send(there.address, mail.copy_letter(copy, original, domain=self._mailroom.domain))

    def list_queue(self, team: str, waiting: list[HandOff], rules: Rules, *, now: datetime) -> None:
        """Keep the pinned list of the team's channel."""
        found = rules.team(team)
        if found is None or not found.channel:
            return
        channel, key = found.channel.lstrip("#"), f"queue.{team}"
        links = {
            handoff.ticket_id: link
            for handoff in waiting[: slack.LISTED]
            if handoff.place
            and handoff.place.destination.kind == "slack"
            and (link := self._slack.link(handoff.place.destination.address, handoff.place.destination.ref))
        }
        message = slack.queue_message(found.name, waiting, links=links, now=now)
        ts = self._slack.find(channel, key)
        if ts is None:
            ts = self._slack.post(channel, message, key=key)
            self._slack.pin(channel, ts)
        else:
            self._slack.update(channel, ts, message)

    def _message(self, handoff: HandOff, rules: Rules) -> slack.Message:
        called = handoff.move.pings if handoff.is_placed else to_ping(handoff)
        mentions = [
            slack.mention(
                ping, slack.slack_id(ping.who) or (self._slack.user_id(ping.who) if "@" in ping.who else None)
            )
            for ping in called
        ]
        return slack.hand_off_message(handoff, rules, called=mentions)

    def _where(self, handoff: HandOff) -> str:
        place = handoff.place
        if place is None or place.destination.kind == "inbox":
            return slack.literal(handoff.move.team, 80)
        link = self._slack.link(place.destination.address, place.destination.ref)
        name = slack.literal(f"#{place.destination.address}", 80)
        return f"<{link}|{name}>" if link else name


def _inbox(team: Team) -> str:
    if not team.inbox:
        raise ValueError(f"Teams, row {team.row}: {team.name} has neither a Slack channel nor an inbox")
    return team.inbox


def _named(handoff: HandOff) -> list[str]:
    return [f"{ping.who} ({ping.role})" for ping in to_ping(handoff)]

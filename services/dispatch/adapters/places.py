"""Where teams see tickets: the Slack channel of those that have one, else their inbox."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from contracts.rules import TRIAGE, Rules, Team
from contracts.ticket import Destination, Ping
from services.dispatch.adapters.effects import Effects
from services.dispatch.adapters.mail import Mailroom
from services.dispatch.adapters.slack import Slack
from services.dispatch.domain import blocks, mail, slack
from services.dispatch.domain.errors import NotYourTurn
from services.dispatch.domain.handoff import HandOff, Note, Place, team_of, to_ping
from services.dispatch.domain.queue import Queue
from services.dispatch.domain.report_words import Report, alt_text, report_letter, report_message
from services.dispatch.domain.report_words import title as report_title
from services.dispatch.domain.slack_list import queue_message
from services.dispatch.domain.words import seen
from shared.errors import NotNow
from shared.observability import logger

log = logger("dispatch.places")


class Places:
    """Slack channels and inboxes together."""

    def __init__(
        self,
        workspace: Slack,
        mailroom: Mailroom,
        effects: Effects,
        *,
        managers_channel: str = "",
        fallback_after: timedelta | None = None,
    ) -> None:
        self._slack, self._mailroom, self._effects = workspace, mailroom, effects
        self._managers, self._fallback_after = managers_channel.lstrip("#"), fallback_after

    def put(self, handoff: HandOff, rules: Rules, *, effect: str, look_first: bool, now: datetime) -> Destination:
        """Put the ticket before its team. With ``look_first`` an earlier attempt may have done it already.

        When Slack has not answered for long enough the ticket goes to the team's inbox, or triage's.
        """
        team = self._reachable(handoff.move.team, handoff, rules)
        if not team.channel:
            return self._mail(handoff, team.inbox or "")
        try:
            return self._post(handoff, rules, team.channel.lstrip("#"), effect=effect, look_first=look_first)
        except NotYourTurn:
            raise
        except NotNow:
            waited = self._fallback_after is not None and now - _since(handoff) >= self._fallback_after
            inboxes = [one.inbox for one in (team, team_of(TRIAGE, rules)) if self._has_inbox(one, handoff)]
            if not waited or not inboxes:
                raise
        return self._mail(handoff, inboxes[0] or "")

    def find(self, handoff: HandOff, team: str, rules: Rules, *, effect: str) -> Destination | None:
        """Where an earlier attempt put the ticket, if it can be found: in Slack it can, in a mailbox not."""
        channel = (self._reachable(team, handoff, rules).channel or "").lstrip("#")
        ts = self._slack.find(channel, effect) if channel else None
        return Destination(kind="slack", address=channel, ref=ts) if ts else None

    def link(self, destination: Destination) -> str | None:
        """Where people open it; None for a mail."""
        if destination.kind == "inbox":
            return None
        return self._slack.link(destination.address, destination.ref)

    def show(self, handoff: HandOff, rules: Rules) -> None:
        """Make the Slack message say what the hand-off says. A mail stays as it was sent."""
        if handoff.place and handoff.place.destination.kind == "slack":
            self._update(handoff.place.destination, self._message(handoff, rules))

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say at a place that the ticket has left it."""
        if left.destination.kind == "slack":
            self._update(left.destination, slack.left_message(handoff, left, where=self._where(handoff)))
        else:
            self._mailroom.send(left.destination.address, mail.left_letter(handoff, left))

    def put_part(self, part: HandOff, root: HandOff, *, effect: str, look_first: bool) -> Destination:
        """Note a copy or a follow-up under the ticket that it is part of."""
        there = _place(root).destination
        if there.kind == "inbox":
            ref = self._mailroom.send(there.address, mail.part_letter(part, root), about=part)
            return Destination(kind="inbox", address=there.address, ref=ref)
        taker = blocks.slack_id(root.taken_by.id) if root.taken_by and not part.is_copy else None
        message = slack.part_message(part, called=f"<@{taker}>" if taker else "")
        ts = self._post_once(there, message, effect=effect, look_first=look_first)
        return Destination(kind="slack", address=there.address, ref=ts)

    def say(self, handoff: HandOff, note: Note, *, effect: str, look_first: bool) -> None:
        """Say something under the ticket, and call whom it names."""
        there = _place(handoff).destination
        if there.kind == "inbox":
            self._mailroom.send(there.address, mail.note_letter(handoff, note), about=handoff)
        else:
            message = slack.note_message(note, called=self._mentions(note.pings))
            self._post_once(there, message, effect=effect, look_first=look_first)

    def attach_text(self, handoff: HandOff, *, under: HandOff, look_first: bool) -> None:
        """Put the whole message under a ticket, as a file; a mail has it already."""
        there, name = _place(under).destination, f"{handoff.ticket_id}.txt"
        if there.kind == "inbox":
            return
        if not look_first or not self._slack.has_file(there.address, name, thread=there.ref):
            content = seen(handoff.ticket.text).encode()
            self._slack.upload(there.address, name, content, title=name, thread=there.ref)

    def tell_managers(self, handoff: HandOff, *, effect: str, look_first: bool) -> Destination | None:
        """Show an escalated ticket as it is now in the managers' channel; None when the workspace has none."""
        if handoff.escalated:
            self._update(handoff.escalated, self._for_managers(handoff))
            return handoff.escalated
        if not self._managers or not self._slack.has_channel(self._managers):
            return None
        ts = self._slack.find(self._managers, effect) if look_first else None
        ts = ts or self._slack.post(self._managers, self._for_managers(handoff), key=effect)
        return Destination(kind="slack", address=self._managers, ref=ts)

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the pinned list of the channel: made once, then updated; made again when somebody deleted it."""
        known, said = self._effects.noted(f"list.{queue.channel}"), f"listed.{queue.channel}"
        if known and self._effects.noted(said) == queue.digest(now):
            return
        message = queue_message(queue, now=now)
        if not known or not self._slack.update(queue.channel, known, message):
            self._make_list(queue.channel, message, instead_of=known, now=now)
        self._effects.note(said, queue.digest(now))

    def report(self, report: Report, picture: bytes, rules: Rules, *, effect: str, look_first: bool) -> None:
        """Put a digest or a summary before the leads: in the managers' channel or triage's, and in triage's inbox."""
        triage = team_of(TRIAGE, rules)
        channel = self._managers if self._managers and self._slack.has_channel(self._managers) else triage.channel
        if channel:
            self._report_in(channel.lstrip("#"), report, picture, effect=effect, look_first=look_first)
        if triage.inbox:
            self._mailroom.send(triage.inbox, report_letter(report), picture=picture)

    def _report_in(self, channel: str, report: Report, picture: bytes, *, effect: str, look_first: bool) -> None:
        name = f"{report.period.kind}-{report.period.name}.png"
        if not look_first or self._slack.find(channel, effect) is None:
            self._slack.post(channel, report_message(report), key=effect)
        if not look_first or not self._slack.has_file(channel, name):
            says = alt_text(report.period, report.now)
            self._slack.upload(channel, name, picture, title=report_title(report.period), says=says)

    def tell(self, channel_id: str, user: str, text: str) -> None:
        """Answer whoever pressed a button, and nobody else."""
        self._slack.tell(channel_id, user, blocks.literal(text, 500))

    def _make_list(self, channel: str, message: blocks.Message, *, instead_of: str, now: datetime) -> None:
        effect = f"list.{channel}.{instead_of}"
        claim = self._effects.claim(effect, now=now)
        if claim == "done":
            raise NotNow(f"The list of {channel} has just been made", retry_after=1)
        try:
            ts = self._slack.find(channel, effect) if claim == "again" else None
            if ts is None:
                ts = self._slack.post(channel, message, key=effect)
            else:
                self._slack.update(channel, ts, message)
            self._slack.pin(channel, ts)
        except Exception:
            self._effects.release(effect)
            raise
        self._effects.note(f"list.{channel}", ts, for_ever=True)
        self._effects.done(effect)

    def _reachable(self, name: str, handoff: HandOff, rules: Rules) -> Team:
        """The team; triage when the sheet gives that team no place that the router may put the ticket in."""
        team = team_of(name, rules)
        if team.channel or self._has_inbox(team, handoff):
            return team
        log.warning("a team cannot be reached: triage has its ticket", team=team.name, row=team.row, inbox=team.inbox)
        return team_of(TRIAGE, rules)

    def _has_inbox(self, team: Team, handoff: HandOff) -> bool:
        """Whether mail may go there: to a team's address, and never to the one the customer writes from."""
        inbox = (team.inbox or "").casefold()
        return self._mailroom.may_write_to(inbox) and inbox != (handoff.ticket.customer.email or "").casefold()

    def _mail(self, handoff: HandOff, inbox: str) -> Destination:
        ref = self._mailroom.send(inbox, mail.hand_off_letter(handoff), about=handoff)
        return Destination(kind="inbox", address=inbox, ref=ref)

    def _post(self, handoff: HandOff, rules: Rules, channel: str, *, effect: str, look_first: bool) -> Destination:
        ts = self._slack.find(channel, effect) if look_first else None
        ts = ts or self._slack.post(channel, self._message(handoff, rules), key=effect)
        return Destination(kind="slack", address=channel, ref=ts)

    def _post_once(self, there: Destination, message: blocks.Message, *, effect: str, look_first: bool) -> str:
        found = self._slack.find(there.address, effect, thread=there.ref) if look_first else None
        return found or self._slack.post(there.address, message, key=effect, thread=there.ref)

    def _update(self, there: Destination, message: blocks.Message) -> None:
        # Slack takes about fifty updates a minute: none is spent on saying the same again.
        known, now = f"shown.{there.address}.{there.ref}", _digest(message)
        if self._effects.noted(known) != now:
            self._slack.update(there.address, there.ref, message)
            self._effects.note(known, now)

    def _message(self, handoff: HandOff, rules: Rules) -> blocks.Message:
        if handoff.part_of:
            return slack.part_message(handoff)
        called = handoff.move.pings if handoff.is_placed else to_ping(handoff)
        return slack.hand_off_message(handoff, rules, called=self._mentions(called))

    def _for_managers(self, handoff: HandOff) -> blocks.Message:
        # A team without a channel has its people called here: a mail calls nobody in Slack.
        by_mail = handoff.place is not None and handoff.place.destination.kind == "inbox"
        called = self._mentions(handoff.move.pings) if by_mail else []
        return slack.managers_message(handoff, link=handoff.place.link if handoff.place else None, called=called)

    def _mentions(self, pings: tuple[Ping, ...]) -> list[str]:
        return [blocks.mention(ping, self._slack_id(ping.who)) for ping in pings]

    def _slack_id(self, who: str) -> str | None:
        return blocks.slack_id(who) or (self._slack.user_id(who) if "@" in who else None)

    def _where(self, handoff: HandOff) -> str:
        place = handoff.place
        if place is None:
            return blocks.literal(handoff.move.team, 80)
        if place.destination.kind == "inbox":
            return blocks.literal(f"{handoff.move.team} ({place.destination.address})", 160)
        name = blocks.literal(f"#{place.destination.address}", 80)
        return f"<{place.link}|{name}>" if place.link else name


def _digest(message: blocks.Message) -> str:
    return hashlib.sha256(json.dumps([message.text, message.blocks]).encode()).hexdigest()


def _place(handoff: HandOff) -> Place:
    if handoff.place is None:
        raise ValueError(f"{handoff.ticket_id} has no place yet")
    return handoff.place


def _since(handoff: HandOff) -> datetime:
    """When the ticket should have gone where it belongs now."""
    changed = [done.corrected_at for done in handoff.corrections]
    return changed[-1] if changed else handoff.cause.occurred_at

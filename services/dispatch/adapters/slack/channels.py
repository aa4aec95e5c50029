"""Tickets in Slack's channels: put there, found again, kept true, left."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from contracts.rules import Rules
from contracts.ticket import Destination, Ping
from services.dispatch.adapters.effects import Effects
from services.dispatch.adapters.slack.web_api import Slack
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.life.placed import to_ping
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.reports.report import Report, alt_text, report_message
from services.dispatch.domain.reports.report import title as report_title
from services.dispatch.domain.slack import blocks
from services.dispatch.domain.slack.list import queue_message
from services.dispatch.domain.slack.message import hand_off_message, left_message, managers_message
from services.dispatch.domain.slack.thread import note_message, part_message
from services.dispatch.domain.words import seen
from shared.errors import NotNow


class Channels:
    """One workspace's channels. Where an ``effect`` is named, our message is known by it again."""

    def __init__(self, workspace: Slack, effects: Effects, *, managers_channel: str = "") -> None:
        self._slack, self._effects = workspace, effects
        self._managers = managers_channel.lstrip("#")

    # --- the ticket ---

    def put(self, channel: str, handoff: HandOff, rules: Rules, *, effect: str, look_first: bool) -> Destination:
        """Post the ticket, unless ``look_first`` finds it there."""
        found = self.find(channel, effect) if look_first else None
        return found or Destination(
            kind="slack", address=channel, ref=self._slack.post(channel, self._message(handoff, rules), key=effect)
        )

    def find(self, channel: str, effect: str) -> Destination | None:
        """Where our message of that effect is."""
        ts = self._slack.find(channel, effect)
        return Destination(kind="slack", address=channel, ref=ts) if ts else None

    def link(self, there: Destination) -> str | None:
        """The message's address; None when somebody deleted it."""
        return self._slack.link(there.address, there.ref)

    def show(self, there: Destination, handoff: HandOff, rules: Rules) -> None:
        """Make the message say what the hand-off says."""
        self._update(there, self._message(handoff, rules))

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say where the ticket was that it has left."""
        self._update(left.destination, left_message(handoff, left, where=_where(handoff)))

    # --- its thread ---

    def put_part(
        self, there: Destination, part: HandOff, root: HandOff, *, effect: str, look_first: bool
    ) -> Destination:
        """Note a copy or a follow-up in the thread; whoever has taken the ticket is called for a follow-up."""
        taker = blocks.slack_id(root.taken_by.id) if root.taken_by and not part.is_copy else None
        message = part_message(part, called=f"<@{taker}>" if taker else "")
        ts = self._post_once(there, message, effect=effect, look_first=look_first)
        return Destination(kind="slack", address=there.address, ref=ts)

    def say(self, there: Destination, note: Note, *, effect: str, look_first: bool) -> None:
        """Say something in the thread, and call whom it names."""
        self._post_once(
            there, note_message(note, called=self._mentions(note.pings)), effect=effect, look_first=look_first
        )

    def attach_text(self, there: Destination, handoff: HandOff, *, look_first: bool) -> None:
        """Put the whole message into the thread, as a file."""
        name = f"{handoff.ticket_id}.txt"
        if not look_first or not self._slack.has_file(there.address, name, thread=there.ref):
            content = seen(handoff.ticket.text).encode()
            self._slack.upload(there.address, name, content, title=name, thread=there.ref)

    # --- around it ---

    def tell_managers(self, handoff: HandOff, *, effect: str, look_first: bool) -> Destination | None:
        """Show an escalated ticket as it is now in the managers' channel; None when the workspace has none."""
        if handoff.escalated:
            self._update(handoff.escalated, self._for_managers(handoff))
            return handoff.escalated
        if not self.has_managers:
            return None
        ts = self._slack.find(self._managers, effect) if look_first else None
        ts = ts or self._slack.post(self._managers, self._for_managers(handoff), key=effect)
        return Destination(kind="slack", address=self._managers, ref=ts)

    @property
    def has_managers(self) -> bool:
        """Whether the workspace has a managers' channel."""
        return bool(self._managers) and self._slack.has_channel(self._managers)

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the pinned list of the channel: made once, then updated; made again when somebody deleted it."""
        known, said = self._effects.noted(f"list.{queue.channel}"), f"listed.{queue.channel}"
        if known and self._effects.noted(said) == queue.digest(now):
            return
        message = queue_message(queue, now=now)
        if not known or not self._slack.update(queue.channel, known, message):
            self._make_list(queue.channel, message, instead_of=known, now=now)
        self._effects.note(said, queue.digest(now))

    def report(self, report: Report, picture: bytes, *, triage: str | None, effect: str, look_first: bool) -> None:
        """Put a digest or a summary into the managers' channel, or triage's when there is none of theirs."""
        channel = self._managers if self.has_managers else (triage or "").lstrip("#")
        if not channel:
            return
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
            return part_message(handoff)
        called = handoff.move.pings if handoff.is_placed else to_ping(handoff)
        return hand_off_message(handoff, rules, called=self._mentions(called))

    def _for_managers(self, handoff: HandOff) -> blocks.Message:
        # A team without a channel has its people called here: a mail calls nobody in Slack.
        by_mail = handoff.place is not None and handoff.place.destination.kind == "inbox"
        called = self._mentions(handoff.move.pings) if by_mail else []
        return managers_message(handoff, link=handoff.place.link if handoff.place else None, called=called)

    def _mentions(self, pings: tuple[Ping, ...]) -> list[str]:
        return [blocks.mention(ping, self._slack_id(ping.who)) for ping in pings]

    def _slack_id(self, who: str) -> str | None:
        return blocks.slack_id(who) or (self._slack.user_id(who) if "@" in who else None)


def _where(handoff: HandOff) -> str:
    place = handoff.place
    if place is None:
        return blocks.literal(handoff.move.team, 80)
    if place.destination.kind == "inbox":
        return blocks.literal(f"{handoff.move.team} ({place.destination.address})", 160)
    name = blocks.literal(f"#{place.destination.address}", 80)
    return f"<{place.link}|{name}>" if place.link else name


def _digest(message: blocks.Message) -> str:
    return hashlib.sha256(json.dumps([message.text, message.blocks]).encode()).hexdigest()

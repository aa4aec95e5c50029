"""Tickets in Slack's channels: put there, found again, kept true, left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from contracts.rules import CHANNEL_ID, Rules
from contracts.ticket import Destination, Ping
from services.dispatch.adapters.effects import Effects
from services.dispatch.adapters.slack.web_api import Slack
from services.dispatch.domain.attempt import Attempt, once
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

    def put(self, channel: str, handoff: HandOff, rules: Rules, attempt: Attempt) -> Destination:
        """Post the ticket, unless it is there."""
        ts = self._post_once(channel, lambda: self._message(handoff, rules), attempt)
        return Destination(kind="slack", address=channel, ref=ts)

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

    def put_part(self, there: Destination, part: HandOff, root: HandOff, attempt: Attempt) -> Destination:
        """Note a copy or a follow-up in the thread; whoever has taken the ticket is called for a follow-up."""
        taker = blocks.slack_id(root.taken_by.id) if root.taken_by and not part.is_copy else None
        message = part_message(part, called=f"<@{taker}>" if taker else "")
        ts = self._post_once(there.address, lambda: message, attempt, thread=there.ref)
        return Destination(kind="slack", address=there.address, ref=ts)

    def say(self, there: Destination, note: Note, attempt: Attempt) -> None:
        """Say something in the thread, and call whom it names."""
        message = note_message(note, called=self._mentions(note.pings))
        self._post_once(there.address, lambda: message, attempt, thread=there.ref)

    def attach_text(self, there: Destination, handoff: HandOff, attempt: Attempt) -> None:
        """Put the whole message into the thread, as a file."""
        name, content = f"{handoff.ticket_id}.txt", seen(handoff.ticket.text).encode()
        if not self._has_file(there.address, name, attempt, thread=there.ref):
            self._slack.upload(there.address, name, content, title=name, thread=there.ref, make=attempt.make)

    # --- around it ---

    def tell_managers(self, handoff: HandOff, attempt: Attempt) -> Destination | None:
        """Show an escalated ticket in the managers' channel; None when the workspace has none."""
        if not self.has_managers:
            return None
        ts = self._post_once(self._managers, lambda: self._for_managers(handoff), attempt)
        return Destination(kind="slack", address=self._managers, ref=ts)

    def show_managers(self, handoff: HandOff) -> None:
        """Make what the managers see say what the hand-off says."""
        if handoff.escalated:
            self._update(handoff.escalated, self._for_managers(handoff))

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

    def report(self, report: Report, attempt: Attempt, *, triage: str | None) -> None:
        """Put a digest or a summary into the managers' channel, or triage's when there is none of theirs."""
        if channel := self._for_leads(triage):
            self._post_once(channel, lambda: report_message(report), attempt)

    def report_picture(self, report: Report, picture: bytes, attempt: Attempt, *, triage: str | None) -> None:
        """Put the picture of a digest or a summary under it."""
        name = f"{report.period.kind}-{report.period.name}.png"
        if (channel := self._for_leads(triage)) and not self._has_file(channel, name, attempt):
            title, says = report_title(report.period), alt_text(report.period, report.now)
            self._slack.upload(channel, name, picture, title=title, says=says, make=attempt.make)

    def _for_leads(self, triage: str | None) -> str:
        return self._managers if self.has_managers else (triage or "").lstrip("#")

    def tell(self, channel_id: str, user: str, text: str) -> None:
        """Answer whoever pressed a button, and nobody else."""
        self._slack.tell(channel_id, user, blocks.literal(text, 500))

    def _make_list(self, channel: str, message: blocks.Message, *, instead_of: str, now: datetime) -> None:
        effect = f"list.{channel}.{instead_of}"

        def make(attempt: Attempt) -> str:
            in_doubt = attempt.in_doubt
            ts = self._post_once(channel, lambda: message, attempt)
            if in_doubt:
                self._slack.update(channel, ts, message)
            self._slack.pin(channel, ts)
            return ts

        ts = once(self._effects, lambda: now, effect, make)
        if ts is None:
            raise NotNow(f"The list of {channel} has just been made", retry_after=1)
        self._effects.note(f"list.{channel}", ts, for_ever=True)
        self._effects.done(effect)

    def _post_once(
        self, channel: str, message: Callable[[], blocks.Message], attempt: Attempt, *, thread: str | None = None
    ) -> str:
        """Where our message of that effect is: found when an earlier try may have posted it, else posted now."""
        if attempt.in_doubt and attempt.made is None:
            looked_at = attempt.clock()
            if found := self._slack.find(channel, attempt.effect, thread=thread):
                return found
            attempt.not_found(looked_at=looked_at)
        return self._slack.post(channel, message(), key=attempt.effect, thread=thread, make=attempt.make)

    def _has_file(self, channel: str, name: str, attempt: Attempt, *, thread: str | None = None) -> bool:
        if not attempt.in_doubt or attempt.made is not None:
            return attempt.made is not None
        looked_at = attempt.clock()
        if self._slack.has_file(channel, name, thread=thread):
            return True
        attempt.not_found(looked_at=looked_at)
        return False

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
    by_id = CHANNEL_ID.fullmatch(place.destination.address)
    said = f"{handoff.move.team}'s channel" if by_id else f"#{place.destination.address}"
    name = blocks.literal(said, 80)
    return f"<{place.link}|{name}>" if place.link else name


def _digest(message: blocks.Message) -> str:
    return hashlib.sha256(json.dumps([message.text, message.blocks]).encode()).hexdigest()

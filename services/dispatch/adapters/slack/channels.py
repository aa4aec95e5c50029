"""Tickets in Slack's channels: put there, found again, kept true, left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime

from contracts.rules import CHANNEL_ID, Rules
from contracts.ticket import Destination, Ping
from services.dispatch.adapters.effects import Effects
from services.dispatch.adapters.originals import Originals
from services.dispatch.adapters.slack.web_api import FileRefused, Slack
from services.dispatch.domain.attempt import Attempt, once
from services.dispatch.domain.life.handoff import HandOff, Note, Place
from services.dispatch.domain.life.placed import to_ping
from services.dispatch.domain.lists.queue import Queue
from services.dispatch.domain.reports.report import Report, alt_text, report_message
from services.dispatch.domain.reports.report import title as report_title
from services.dispatch.domain.sent import Sent
from services.dispatch.domain.slack import blocks
from services.dispatch.domain.slack.asking import whom_message
from services.dispatch.domain.slack.list import queue_message
from services.dispatch.domain.slack.message import hand_off_message, left_message, managers_message
from services.dispatch.domain.slack.shadow import shadow_message
from services.dispatch.domain.slack.thread import note_message, part_message
from shared.errors import NotNow
from shared.observability import logger

log = logger("dispatch.channels")


class Channels:
    """One workspace's channels. Where an ``effect`` is named, our message is known by it again."""

    def __init__(
        self,
        workspace: Slack,
        effects: Effects,
        originals: Originals,
        *,
        managers_channel: str = "",
        file_limit: int = 20_000_000,
    ) -> None:
        self._slack, self._effects, self._originals = workspace, effects, originals
        self._file_limit = file_limit
        self._managers = managers_channel.lstrip("#")

    # --- the ticket ---

    def put(self, channel: str, handoff: HandOff, rules: Rules, attempt: Attempt) -> Destination:
        """Post the ticket, unless it is there."""
        ts = self._post_once(channel, lambda: self._message(handoff, rules, attempt.clock(), blocks.named), attempt)
        return Destination(kind="slack", address=channel, ref=ts)

    def find(self, channel: str, effect: str) -> Destination | None:
        """Where our message of that effect is."""
        ts = self._slack.find(channel, effect)
        return Destination(kind="slack", address=channel, ref=ts) if ts else None

    def link(self, there: Destination) -> str | None:
        """The message's address; None when somebody deleted it."""
        return self._slack.link(there.address, there.ref)

    def show(self, there: Destination, handoff: HandOff, rules: Rules, *, now: datetime) -> None:
        """Make the message say what the hand-off says."""
        self._update(there, self._message(handoff, rules, now, blocks.person))

    def leave(self, handoff: HandOff, left: Place) -> None:
        """Say where the ticket was that it has left."""
        self._update(left.destination, left_message(handoff, left, where=_where(handoff)))

    # --- its thread ---

    def put_part(self, there: Destination, part: HandOff, root: HandOff, attempt: Attempt) -> Destination:
        """Note a copy or a follow-up in the thread; whoever has taken the ticket is called for a follow-up."""
        taker = blocks.slack_id(root.taken_by.id) if root.taken_by and not part.is_copy else None
        message = part_message(part, called=f"<@{taker}>" if taker else "", limit=self._file_limit)
        ts = self._post_once(there.address, lambda: message, attempt, thread=there.ref)
        return Destination(kind="slack", address=there.address, ref=ts)

    def say(self, there: Destination, note: Note, attempt: Attempt) -> None:
        """Say something in the thread, and call whom it names."""
        message = note_message(note, called=self._mentions(note.pings))
        self._post_once(there.address, lambda: message, attempt, thread=there.ref)

    def attach(self, there: Destination, file: Sent, attempt: Attempt) -> bool:
        """Put a file into the thread, once by its title; False when it is gone, too large or Slack refuses it."""
        if self._has_file(there.address, file.title, attempt, thread=there.ref):
            return True
        content = self._content(file)
        if not content:
            return False
        says = f"{file.name}, sent by the customer" if file.content_type.startswith("image/") else ""
        where = {"title": file.title, "says": says, "thread": there.ref}
        try:
            self._slack.upload(there.address, file.name, content, **where, make=attempt.make)
        except FileRefused as error:
            log.warning("Slack refuses a file", file=file.title, why=str(error))
            return False
        return True

    def _content(self, file: Sent) -> bytes | None:
        if file.text is not None:
            return file.text.encode()
        try:
            return self._originals.read(file.ref, most=self._file_limit) if file.ref else None
        except LookupError as error:
            log.warning("a file is gone", file=file.title, why=str(error))
            return None

    # --- around it ---

    def say_quietly(self, channel: str, handoff: HandOff, attempt: Attempt) -> None:
        """Say in one line where the ticket would go."""
        self._post_once(channel, lambda: shadow_message(handoff), attempt)

    def tell_managers(self, handoff: HandOff, attempt: Attempt) -> Destination | None:
        """Show an escalated ticket in the managers' channel; None when the workspace has none."""
        if not self.has_managers:
            return None
        ts = self._post_once(self._managers, lambda: self._for_managers(handoff, blocks.named), attempt)
        return Destination(kind="slack", address=self._managers, ref=ts)

    def show_managers(self, handoff: HandOff) -> None:
        """Make what the managers see say what the hand-off says."""
        if handoff.escalated:
            self._update(handoff.escalated, self._for_managers(handoff, blocks.person))

    @property
    def has_managers(self) -> bool:
        """Whether the workspace has a managers' channel."""
        return bool(self._managers) and self._slack.has_channel(self._managers)

    def list_queue(self, queue: Queue, *, now: datetime) -> None:
        """Keep the pinned list of the channel: made once, then updated; made again when somebody deleted it."""
        known, said = self._effects.noted(f"list.{queue.channel}"), f"listed.{queue.channel}"
        if known and self._effects.noted(said) == queue.digest(now):
            return
        if not known or not self._slack.update(queue.channel, known, queue_message(queue, now=now)):
            self._make_list(queue.channel, queue_message(queue, now=now, updated=False), instead_of=known, now=now)
        self._effects.note(said, queue.digest(now))

    def report(self, report: Report, attempt: Attempt, *, triage: str | None) -> None:
        """Put a digest or a summary into the managers' channel, or triage's when there is none of theirs."""
        if channel := self._for_leads(triage):
            self._post_once(channel, lambda: report_message(report), attempt)

    def report_picture(self, report: Report, picture: bytes, attempt: Attempt, *, triage: str | None) -> None:
        """Put the picture of a digest or a summary under it."""
        name = f"{report.period.kind}-{report.period.name}.png"
        channel = self._for_leads(triage)
        if not channel or self._has_file(channel, name, attempt):
            return
        title, says = report_title(report.period), alt_text(report.period, report.now)
        try:
            self._slack.upload(channel, name, picture, title=title, says=says, make=attempt.make)
        except FileRefused as error:
            log.warning("Slack refuses the picture", file=name, why=str(error))

    def _for_leads(self, triage: str | None) -> str:
        return self._managers if self.has_managers else (triage or "").lstrip("#")

    def tell(self, channel_id: str, user: str, text: str) -> None:
        """Answer whoever pressed a button, and nobody else."""
        self._slack.tell(channel_id, user, blocks.Message(blocks.literal(text, 500)))

    def ask_whom(self, channel_id: str, user: str, handoff: HandOff) -> None:
        """Ask whoever pressed *Assign to …* for the colleague. Nobody else sees it."""
        self._slack.tell(channel_id, user, whom_message(handoff))

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

    def _message(self, handoff: HandOff, rules: Rules, now: datetime, who: blocks.People) -> blocks.Message:
        if handoff.part_of:
            return part_message(handoff, limit=self._file_limit)
        called = handoff.move.pings if handoff.is_placed else to_ping(handoff)
        called_by_name = self._mentions(called)
        return hand_off_message(handoff, rules, called=called_by_name, who=who, now=now, limit=self._file_limit)

    def _for_managers(self, handoff: HandOff, who: blocks.People) -> blocks.Message:
        # A team without a channel has its people called here: a mail calls nobody in Slack.
        called = self._mentions(tuple(ping for ping in handoff.move.pings if ping.who in handoff.mailed))
        link = handoff.place.link if handoff.place else None
        return managers_message(handoff, link=link, called=called, who=who)

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

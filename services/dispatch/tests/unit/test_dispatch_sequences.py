"""Random sequences of events and actions, duplicated, reordered, interrupted: the promises hold after every one."""

from __future__ import annotations

import random
from typing import Any

import pytest

from contracts.ticket_corrected import TicketCorrected
from services.dispatch.domain.errors import TooLate
from services.dispatch.domain.queue import entry_of, in_order
from shared.errors import NotNow

TEAMS = ("engineering", "finance", "support", "privacy", "triage")
CHOICES = ("engineering|bug", "finance|billing", "support|login", "privacy|privacy", "triage|")
KINDS = ("route", "priority", "escalate", "hold")
STEPS = 40


class Story:
    """A random life of a few tickets."""

    def __init__(self, dispatch: Any, make: Any, seed: int) -> None:
        self.dispatch, self.make, self.random = dispatch, make, random.Random(seed)
        self.inbox: list[Any] = []
        self.numbers = range(1, 7)

    def live(self) -> None:
        self.inbox += [self.birth(number) for number in self.numbers]
        self.random.shuffle(self.inbox)
        for _ in range(STEPS):
            self.random.choice((self.deliver, self.deliver, self.press, self.press, self.trouble))()
        self.dispatch.slack.down, self.dispatch.bus.dies = None, False
        self.dispatch.effects.crash()
        while self.inbox:
            self.deliver()
        self.dispatch.slack.dies_after_posting = self.dispatch.bus.dies = False
        self.dispatch.remind()
        self.collect()

    def birth(self, number: int) -> Any:
        earlier = f"T-{self.random.randrange(1, number):012d}" if number > 1 else None
        what = self.random.random()
        if earlier and what < 0.2:
            ticket = self.make.ticket(number, duplicate_of=earlier)
            return lambda: self.dispatch.copy(self.make.received(ticket))
        kind = self.random.choice(KINDS)
        team = "triage" if kind == "hold" else self.random.choice(TEAMS)
        follows = {"follow_up_to": earlier} if earlier and what < 0.4 else {}
        decided = self.make.decided(number, kind=kind, team=team, subject=f"ticket {number}", **follows)
        return lambda: self.dispatch.decide(decided)

    def deliver(self) -> None:
        if not self.inbox:
            return
        self.dispatch.tick(seconds=5)
        message = self.inbox.pop(self.random.randrange(len(self.inbox)))
        try:
            message()
        except (NotNow, ConnectionError):
            self.dispatch.effects.crash()
            self.inbox.append(message)  # SQS brings it back
            self.dispatch.slack.down = None
        if self.random.random() < 0.3:
            self.inbox.append(message)  # and sometimes twice
        self.collect()

    def press(self) -> None:
        ticket_id = f"T-{self.random.choice(self.numbers):012d}"
        known = self.dispatch.log.get(ticket_id)
        if known is None:
            return
        by = self.random.choice((self.make.lena, self.make.ben))
        action = self.random.choice(("take", "reassign", "reassign", "bump", "split", "not_a_copy"))
        revision = max(0, known.revision - self.random.choice((0, 0, 0, 1)))
        choice = self.random.choice(CHOICES) if action == "reassign" or self.random.random() < 0.5 else ""
        try:
            if action == "take":
                self.dispatch.log.save(known)  # somebody else writes at the same time
                self.dispatch.mark_taken(ticket_id, by)
                self.inbox.append(lambda: self.dispatch.settle(ticket_id))
            else:
                self.dispatch.press(action, ticket_id, choice, by, revision=revision)
        except (TooLate, NotNow, ConnectionError, ValueError):
            self.dispatch.effects.crash()
        self.collect()

    def trouble(self) -> None:
        self.random.choice((self.lose_an_answer, self.go_down, self.cut_the_bus))()

    def cut_the_bus(self) -> None:
        self.dispatch.bus.dies = True

    def lose_an_answer(self) -> None:
        self.dispatch.slack.dies_after_posting = True

    def go_down(self) -> None:
        self.dispatch.slack.down = NotNow("down", retry_after=1)

    def collect(self) -> None:
        """The bus hands TicketCorrected back to the inbox; intake sends unfolded tickets on their way anew."""
        published, self.dispatch.bus.published = self.dispatch.bus.published, []
        for event in published:
            if isinstance(event, TicketCorrected):
                self.inbox.append(lambda e=event: self.dispatch.settle(e.metadata.correlation_id))
                if event.data.correction.kind == "unfolded":
                    number = int(event.metadata.correlation_id[2:])
                    self.inbox.append(lambda n=number: self.dispatch.decide(self.make.decided(n, team="support")))
        self.seen = [*getattr(self, "seen", []), *published]


@pytest.mark.parametrize("seed", range(80))
def test_the_promises_hold(dispatch: Any, make: Any, seed: int) -> None:
    story = Story(dispatch, make, seed)
    story.live()
    handoffs = list(dispatch.log.stored.values())
    roots = [one for one in handoffs if one.part_of is None]
    posted = [(name, one) for name in dispatch.slack.channels for one in dispatch.slack.top(name) if name != "managers"]

    # One open place a ticket: its buttons are in one message, and that is the one the log names.
    for root in roots:
        assert root.is_placed
        assert root.announced
        with_buttons = [
            (channel, one.ts)
            for channel, one in posted
            if one.key.startswith(f"{root.ticket_id}.") and one.action_ids()
        ]
        there = root.place.destination
        assert with_buttons == ([(there.address, there.ref)] if there.kind == "slack" else [])
    # Nothing posted twice: each message of ours has a key of its own.
    keys = [(name, one.key, one.thread) for name, messages in dispatch.slack.channels.items() for one in messages]
    assert len(keys) == len(set(keys))
    # The lists show what waits, in order.
    for team in ("engineering", "finance", "support", "triage"):
        waiting = sorted(
            (one for one in roots if one.is_open and one.move.team == team), key=lambda one: in_order(entry_of(one))
        )
        listed = dispatch.slack.listed(team)
        if listed:
            assert f"{len(waiting)} waiting" in listed.message.text or (
                not waiting and "nothing waiting" in listed.message.text
            )
            links = [f"p{one.place.destination.ref.replace('.', '')}|" for one in waiting
                     if one.place.destination.kind == "slack"]  # fmt: skip
            words = listed.words()
            assert [words.index(link) for link in links] == sorted(words.index(link) for link in links)
    # The log is complete: every event said is kept, every correction was said.
    said = {event.metadata.event_id for event in story.seen}
    assert said <= set(dispatch.log.events)
    corrections = sum(one.revision for one in handoffs)
    kept = [event for event in dispatch.log.events.values() if isinstance(event, TicketCorrected)]
    assert len(kept) == corrections
    roots_corrected = {
        event.metadata.event_id for event in kept if event.metadata.correlation_id in {one.ticket_id for one in roots}
    }
    assert roots_corrected <= said
    # Parts lie under the ticket they are part of.
    for part in handoffs:
        if part.part_of and part.part_of in dispatch.log.stored and not part.corrections:
            root = dispatch.log.get(part.part_of)
            assert part.lies_under(root)
            assert part.place.destination.address == root.place.destination.address

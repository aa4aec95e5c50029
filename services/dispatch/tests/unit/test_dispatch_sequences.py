"""Random sequences of events and actions, duplicated, reordered, interrupted: the promises hold after every one."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from contracts.ticket_corrected import TicketCorrected
from contracts.ticket_dispatched import TicketDispatched
from services.dispatch.domain.errors import TooLate
from services.dispatch.domain.life.splitting import part_id
from shared.errors import NotNow
from shared.testing.block_kit import mentions

TEAMS = ("engineering", "finance", "support", "privacy", "triage")
CHOICES = ("engineering|bug", "finance|billing", "support|login", "privacy|privacy", "triage|")
KINDS = ("route", "priority", "escalate", "hold")
LOUDNESS = {"hold": 0, "route": 0, "priority": 1, "escalate": 2}
LOUDER = {"route": "priority", "priority": "escalate", "escalate": "escalate", "hold": "hold"}
STEPS = 40


class Story:
    """A random life of a few tickets."""

    def __init__(self, dispatch: Any, make: Any, seed: int) -> None:
        self.dispatch, self.make, self.random = dispatch, make, random.Random(seed)
        self.inbox: list[Any] = []
        self.numbers = range(1, 7)
        self.taken: dict[str, Any] = {}
        """Who took what, and has not lost it to a move since: kept apart from the code."""
        self.kinds: dict[str, str] = {}

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
        kind, position = self.random.choice(KINDS), self.random.choice(("top", "normal", None))
        team = "triage" if kind == "hold" else self.random.choice(TEAMS)
        follows = {"follow_up_to": earlier} if earlier and what < 0.4 else {}
        at = self.make.start - timedelta(minutes=self.random.randrange(60))
        text = "why? " * 1000 if self.random.random() < 0.2 else "why?"
        told = {"subject": f"ticket {number}", "text": text, "received_at": at, **follows}
        decided = self.make.decided(number, kind=kind, team=team, position=position, **told)
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
        action = self.random.choice(("take", "reassign", "reassign", "bump", "split", "not_a_copy", "confirm"))
        revision = max(0, known.revision - self.random.choice((0, 0, 0, 1)))
        choice = self.random.choice(CHOICES) if action == "reassign" or self.random.random() < 0.5 else ""
        try:
            if action == "take":
                self.dispatch.log.save(known)  # somebody else writes at the same time
                self.dispatch.mark_taken(ticket_id, by, revision)
                self.inbox.append(lambda: self.dispatch.settle(ticket_id))
            else:
                self.dispatch.press(action, ticket_id, choice, by, revision=revision)
        except (TooLate, NotNow, ConnectionError, ValueError):
            self.dispatch.effects.crash()
        self.check(known, self.dispatch.log.get(ticket_id), action, choice, by, revision)
        self.collect()

    def check(self, old: Any, new: Any, action: str, choice: str, by: Any, revision: int) -> None:
        """What one press may do, said a second time."""
        if action == "take":
            if old.taken_by is None and new.taken_by:
                moved = [done for done in old.corrections[revision:] if done.before.team != old.move.team]
                assert not moved, "a button of before the move took the ticket"
                self.taken[new.ticket_id] = by
            return
        if new.revision == old.revision:
            return
        assert revision == old.revision, "a button of before a change changed something"
        assert new.revision == old.revision + 1
        if action == "reassign":
            assert new.move.team == choice.partition("|")[0]
            if new.move.team != old.move.team:
                self.taken.pop(new.ticket_id, None)
        if action == "confirm":
            assert (new.move, new.place, new.taken_by) == (old.move, old.place, old.taken_by)
        if action == "bump":
            assert (new.move.kind, new.move.position) == (LOUDER[old.move.kind], "top")
        if action == "split" and old.part_of is None:
            assert (new.move.team, new.move.kind) == (old.move.team, old.move.kind)

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
        for one in self.dispatch.log.stored.values():
            before = self.kinds.get(one.ticket_id, one.move.kind)
            quieter = LOUDNESS[one.move.kind] < LOUDNESS[before]
            assert not (quieter and one.part_of is None and not any(c.kind == "unfolded" for c in one.corrections))
            self.kinds[one.ticket_id] = one.move.kind


def rank(one: Any) -> tuple[int, Any, str]:
    """Escalate, priority, what was raised, the rest; in each the oldest first."""
    first = {"escalate": 0, "priority": 1}.get(one.move.kind, 2 if one.move.position == "top" else 3)
    return first, one.ticket.received_at, one.ticket_id


@pytest.fixture(params=range(80))
def story(request: pytest.FixtureRequest, dispatch: Any, make: Any) -> Story:
    lived = Story(dispatch, make, request.param)
    lived.live()
    return lived


def roots_of(story: Story) -> list[Any]:
    return [one for one in story.dispatch.log.stored.values() if one.part_of is None]


def test_the_promises_hold(story: Story) -> None:
    one_open_place(story)
    nothing_twice(story)
    the_lists_are_right(story)
    the_log_is_complete(story)
    parts_lie_under_their_ticket(story)
    everybody_is_called_once(story)
    the_managers_see_what_is_escalated(story)
    assert {one.ticket_id: one.taken_by for one in roots_of(story) if one.taken_by} == {
        name: by for name, by in story.taken.items() if story.dispatch.log.get(name).part_of is None
    }


def one_open_place(story: Story) -> None:
    """A ticket's buttons are in one message, and that is the one the log names."""
    slack = story.dispatch.slack
    posted = [(name, one) for name in slack.channels for one in slack.top(name) if name != "managers"]
    for root in roots_of(story):
        assert root.is_placed
        assert root.announced
        with_buttons = [
            (channel, one.ts)
            for channel, one in posted
            if one.key.startswith(f"{root.ticket_id}.") and one.action_ids()
        ]
        there = root.place.destination
        assert with_buttons == ([(there.address, there.ref)] if there.kind == "slack" else [])
        for done, number in zip(root.corrections, range(1, root.revision + 1), strict=True):
            if done.kind == "split" and done.before != done.after:
                assert story.dispatch.log.get(part_id(root.ticket_id, number)).is_placed


def nothing_twice(story: Story) -> None:
    """Each message of ours has a key of its own."""
    channels = story.dispatch.slack.channels
    keys = [(name, one.key, one.thread) for name, messages in channels.items() for one in messages]
    assert len(keys) == len(set(keys))


def the_lists_are_right(story: Story) -> None:
    slack = story.dispatch.slack
    for team in ("engineering", "finance", "support", "triage"):
        here = [one for one in roots_of(story) if one.move.team == team]
        waiting = sorted((one for one in here if not one.taken_at), key=rank)
        listed = slack.listed(team)
        assert listed or not here
        if listed:
            assert (f"{len(waiting)} waiting" if waiting else "nothing waiting") in listed.message.text
            links = [f"p{one.place.destination.ref.replace('.', '')}|" for one in waiting
                     if one.place.destination.kind == "slack"]  # fmt: skip
            words = listed.words()
            assert [words.index(link) for link in links] == sorted(words.index(link) for link in links)
            assert words.count("taken by") == sum(one.taken_at is not None for one in here)


def the_log_is_complete(story: Story) -> None:
    """Every event said is kept, every correction was said, and so was every place."""
    log, said = story.dispatch.log, {event.metadata.event_id for event in story.seen}
    assert said <= set(log.events)
    kept = [event for event in log.events.values() if isinstance(event, TicketCorrected)]
    assert len(kept) == sum(one.revision for one in log.stored.values())
    names = {one.ticket_id for one in roots_of(story)}
    assert {event.metadata.event_id for event in kept if event.metadata.correlation_id in names} <= said
    places = {event.data.destination.ref for event in story.seen if isinstance(event, TicketDispatched)}
    assert {one.place.destination.ref for one in roots_of(story)} <= places


def parts_lie_under_their_ticket(story: Story) -> None:
    log, slack = story.dispatch.log, story.dispatch.slack
    for part in log.stored.values():
        if part.part_of and part.part_of in log.stored and not part.corrections:
            root = log.get(part.part_of)
            assert part.lies_under(root)
            assert part.place.destination.address == root.place.destination.address
    for one in log.stored.values():
        there = one.place.destination if one.place else None
        if len(one.ticket.text) > 2400 and there and there.kind == "slack" and not (one.part_of and one.corrections):
            assert (there.address, f"{one.ticket_id}.txt") in slack.files


def everybody_is_called_once(story: Story) -> None:
    """By what puts or raises a ticket; a reminder and a follow-up's note call whom they must. Nobody for a copy.

    Raised between a post and the answer that got lost, a ticket may call somebody again: better twice than never.
    """
    copies = {one.ticket_id for one in story.dispatch.log.stored.values() if one.is_copy}
    called: Counter[tuple[str, str]] = Counter()
    for name, messages in story.dispatch.slack.channels.items():
        for one in messages:
            ticket_id, found = one.key.partition(".")[0], mentions(one.first.blocks)
            assert not (found and ticket_id in copies)
            if name != "managers" and ".note.waits#" not in one.key and ".under." not in one.key:
                called.update((ticket_id, who) for who in found)
    assert [pair for pair, count in called.items() if count > 1 and pair[0] not in story.dispatch.slack.lost] == []


def the_managers_see_what_is_escalated(story: Story) -> None:
    told = story.dispatch.slack.top("managers")
    for root in roots_of(story):
        mine = [one for one in told if one.key == f"{root.ticket_id}.managers"]
        assert len(mine) == (root.move.kind == "escalate")
        for one in mine:
            assert f"*Team* {root.move.team}" in one.words()
            assert ("Taken by" in one.words()) == (root.taken_by is not None)

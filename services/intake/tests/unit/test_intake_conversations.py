"""A conversation that comes again: each time only its new words, with the whole of it beside them."""

import json

import pytest

from services.intake.domain.chat import Said
from services.intake.domain.chat_memory import as_rows, claimed, new_messages

A, B, C, D = (
    "My order 4412 is late",
    "It came, but the lamp is broken. This is outrageous!",
    "And my invoice shows the wrong VAT number",
    "Thanks, bye",
)


def state(*texts, conversation_id="c-1", between="I will look"):
    messages = [{"from": "customer", "text": text} if isinstance(text, str) else text for text in texts]
    return {
        "conversation_id": conversation_id,
        "customer": {"email": "ann@acme.example", "name": "Ann"},
        "messages": [*messages[:1], {"from": "agent", "text": between}, *messages[1:]],
    }


def words_of(world, *states):
    """What each state's ticket says, handed over one after the other."""
    said = []
    for one in states:
        world.post_chat(one)
        said += [event.data.ticket for event in world.drain()]
    return said


@pytest.mark.parametrize(
    ("states", "new"),
    [
        ([[A], [A, B], [A, B, C], [A, B, C, D]], [A, B, C, D]),
        ([[A], [A, B, C], [A, B, C, D]], [A, f"{B}\n{C}", D]),
        # An earlier message was deleted, corrected, or replaced by other words.
        ([[A, B], [B, C], [B, C, D]], [f"{A}\n{B}", C, D]),
        ([["My ordr 4412 is late", B], [A, B, C]], [f"My ordr 4412 is late\n{B}", C]),
        ([[A, B], ["my order 4412, is late!", B, C]], [f"{A}\n{B}", C]),
        ([[A, B], ["My order 4413 is late", B, C]], [f"{A}\n{B}", f"My order 4413 is late\n{C}"]),
        ([["I can pay"], ["I can't pay", C]], ["I can pay", f"I can't pay\n{C}"]),
        ([["It is now broken"], ["It is not broken", C]], ["It is now broken", f"It is not broken\n{C}"]),
        # The same words again are said again.
        ([[A], [A, "Any news?"], [A, "Any news?", "Any news?"]], [A, "Any news?", "Any news?"]),
        # All of them known, in another order or fewer: nothing new, no ticket of its own.
        ([[A, B], [B, A]], [f"{A}\n{B}", ""]),
        ([[A, B], [A]], [f"{A}\n{B}", ""]),
        (
            [["注文4412が届きません"], ["注文4412が届きません", "返金してください"]],
            ["注文4412が届きません", "返金してください"],
        ),
    ],
)
def test_each_state_brings_only_its_new_words(world, states, new):
    tickets = words_of(world, *(state(*texts) for texts in states))
    assert [ticket.text for ticket in tickets] == new
    first = tickets[0].ticket_id
    for ticket, words in zip(tickets[1:], new[1:], strict=True):
        assert (ticket.follow_up_to if words else ticket.duplicate_of) == first or words == "Any news?"


def test_messages_with_the_tools_ids_come_one_by_one(world):
    """A tool that hands over each message alone: *Any news?* twice is asked twice."""
    singles = [[{"from": "customer", "text": "Any news?", "id": str(n)}] for n in range(3)]
    assert [ticket.text for ticket in words_of(world, *(state(*one) for one in singles))] == ["Any news?"] * 3


def test_the_same_state_again_is_the_same_ticket(world):
    tickets = words_of(world, state(A), state(A, B), state(A, B), state(A))
    assert len({ticket.ticket_id for ticket in tickets}) == 2
    assert [ticket.text for ticket in tickets] == [A, B, B, A]
    assert len(world.bus.events) == 2


def test_states_that_arrive_in_the_wrong_order_repeat_nothing(world):
    world.post_chat(state(A))
    world.post_chat(state(A, B))
    world.inbox.messages.reverse()
    later, first = (event.data.ticket for event in world.drain())
    assert (later.text, first.text) == (f"{A}\n{B}", "")
    assert first.duplicate_of == later.ticket_id


def test_two_states_at_the_same_moment_claim_a_message_once(world):
    world.post_chat(state(A))
    world.drain()
    world.post_chat(state(A, B))
    world.post_chat(state(A, B, C))
    last = world.inbox.messages.pop()

    def the_other_lambda():
        world.drain()

    world.conversations.before_claim = the_other_lambda
    queued, world.inbox.messages = world.inbox.messages, [last]
    world.inbox.messages += queued
    world.drain()
    assert [event.data.ticket.text for event in world.bus.events] == [A, B, C]


def test_a_crash_after_the_claim_loses_no_word(world):
    world.post_chat(state(A))
    world.drain()
    world.post_chat(state(A, B))
    (message,) = world.inbox.messages
    world.bus.down = True
    with pytest.raises(RuntimeError):
        world.drain()
    world.bus.down, world.inbox.messages = False, [message]
    (event,) = world.drain()
    assert event.data.ticket.text == B


def test_the_ticket_carries_the_conversation(world):
    (ticket,) = words_of(world, state(A, B, between="Let me see"))
    assert ticket.conversation_id == "c-1"
    assert ticket.folded.why == ("chat transcript",)
    assert ticket.folded.lines == 1
    assert ticket.rest == f"Customer: {A}\nAgent: Let me see\nCustomer: {B}"


def test_nothing_is_folded_when_all_of_it_is_in_the_ticket(world):
    only = {**state(A), "messages": [{"from": "customer", "text": A}]}
    (ticket,) = words_of(world, only)
    assert (ticket.folded, ticket.rest) == (None, "")


def test_the_id_is_the_one_that_the_tool_knows(world):
    (ticket,) = words_of(world, state(A, conversation_id="intercom:215468"))
    assert ticket.conversation_id == "215468"


def test_a_picture_alone_is_a_ticket_that_names_it_and_a_second_one_is_new(world):
    def picture(name):
        file = {"name": name, "content_type": "image/png", "size": 1200, "url": "https://x.example/1"}
        return {"from": "customer", "attachments": [file]}

    first, second = words_of(world, state(picture("err.png")), state(picture("err.png"), picture("two.png")))
    assert (first.text, second.text) == ("[err.png]", "[two.png]")
    assert [(file.name, file.content_type, file.size) for file in first.attachments] == [("err.png", "image/png", 1200)]
    assert second.follow_up_to == first.ticket_id
    assert "[err.png] https://x.example/1" in second.rest


def test_a_long_transcript_keeps_what_was_said_last(world):
    texts = [f"line {n} " + "x" * 200 for n in range(300)]
    (ticket,) = words_of(world, state(*texts))
    assert ticket.rest.startswith("…\n")
    assert ticket.rest.endswith(texts[-1])
    assert len(ticket.rest.encode()) <= 40_000


def test_a_conversation_of_many_messages_is_remembered_in_one_row():
    said = [Said("customer", f"message number {n} " + "界" * 280) for n in range(1_400)]
    claims = claimed(said, (), "T-1")
    assert len(json.dumps(as_rows(claims), ensure_ascii=False).encode()) < 380_000
    assert new_messages(said, claims, "T-2") == ()


def test_a_correction_at_the_end_of_a_long_message_is_not_lost(world):
    long = "word " * 200
    tickets = words_of(world, state(f"{long} order 1"), state(f"{long} order 2"))
    assert tickets[1].text == f"{long} order 2".strip()

"""A loop ends by counting, and nobody else is affected: responders that no header gives away, wired to our address."""

from datetime import timedelta

import pytest

from services.intake.app.loops import MOST_ALIKE

AWAY = "We moved to a new address and answer as soon as the boxes are unpacked, order {number} of today."


def hand_off(number, ticket_id, name):
    """The Message-ID of what we wrote, and the thread it says it is in: what a responder answers."""
    return {"Message_ID": f"<{name}-{number}@{name}.example>", "References": f"<{ticket_id}@example.com>"}


def test_two_responders_that_answer_our_own_mail_die_out_within_ten_mails_and_people_are_heard(world, mail_of):
    """Every ticket makes a hand-off to a team's inbox, and the inbox answers it: each answer names another ticket."""
    waiting = [("left", "T-0000000000A1"), ("right", "T-0000000000B1")]
    mails = tickets = 0
    while waiting and mails < 50:
        name, answered = waiting.pop(0)
        mails += 1
        raw = mail_of(
            sender=f"{name}@{name}.example",
            subject=f"Re: {answered}",
            body=AWAY.format(number=mails),
            **hand_off(mails, answered, name),
        )
        event = world.mail(raw, f"inbound/{mails}")
        if event is not None:
            tickets += 1
            waiting.append((name, event.metadata.correlation_id))
        if mails == 5:  # a customer, in the middle of it
            assert world.mail(mail_of(Message_ID="<p@acme.example>"), "inbound/person") is not None
    assert not waiting
    assert mails <= 10
    assert tickets == 2 * MOST_ALIKE
    assert all("same mail came from the same sender" in reason for _, reason in world.tickets.aside)


def test_two_responders_that_answer_each_other_with_us_in_copy_die_out_within_ten_mails(world, mail_of):
    heard = []
    for number in range(1, 41):
        name = ("left", "right")[number % 2]
        raw = mail_of(
            sender=f"{name}@{name}.example",
            subject="Re: " * number + "Hello",
            body="We have got your mail and read it soon.",
        )
        raw = raw.replace(b"From:", f"Message-ID: <{number}@{name}.example>\nFrom:".encode(), 1)
        heard.append(world.mail(raw, f"inbound/{number}") is not None)
    assert sum(heard) == 2 * MOST_ALIKE
    assert not any(heard[2 * MOST_ALIKE :])


def test_a_person_may_write_as_often_as_they_like(world, mail_of):
    events = [
        world.mail(
            mail_of(
                Message_ID=f"<{number}@acme.example>", body=f"Parcel {number} is missing, and nobody calls me back."
            ),
            f"inbound/{number}",
        )
        for number in range(30)
    ]
    assert all(events)


def test_parcels_are_told_apart_by_their_numbers_and_scans_by_their_files(world, mail_of):
    """A carrier's robot writes the same sentence about each parcel, a scanner sends the same words with each page."""
    for number in range(8):
        raw = mail_of(
            sender="robot@carrier.example",
            body=f"Parcel {number} could not be delivered today.",
            Message_ID=f"<{number}@carrier.example>",
        )
        assert world.mail(raw, f"inbound/{number}") is not None


def test_a_redelivery_is_not_counted(world, mail_of):
    raw = mail_of(Message_ID="<1@acme.example>", body="The machine in hall four stands still again.")
    for number in range(10):
        assert world.mail(raw, f"inbound/{number}") is not None
    assert len(world.bus.events) == 1


def test_an_hour_later_the_count_begins_anew(world, mail_of):
    def send(number):
        raw = mail_of(Message_ID=f"<{number}@acme.example>", body="The machine in hall four stands still again.")
        return world.mail(raw, f"inbound/{number}")

    assert [send(number) is not None for number in range(5)] == [True] * MOST_ALIKE + [False] * 2
    world.now += timedelta(hours=1)
    assert send(9) is not None


def test_what_was_set_aside_is_a_ticket_at_one_press(world, mail_of):
    raw = mail_of(Message_ID="<1@acme.example>", Auto_Submitted="auto-replied")
    assert world.mail(raw) is None
    released = world.mail(raw, released=True)
    assert released.data.ticket.text == "The export is broken."
    assert (released.data.ticket.maybe_automatic, world.tickets.aside) == (None, [])


def test_a_mail_that_is_taken_up_again_and_again_counts_once(world, mail_of):
    """AWS is away for a while: the same message comes back until it could be stored, and is no loop by that."""

    def away():
        raise ConnectionError("the table does not answer")

    for _ in range(3 * MOST_ALIKE):
        world.tickets.before_write = away
        with pytest.raises(ConnectionError):
            world.mail(mail_of(Message_ID="<once@acme.example>"), "inbound/once")
    assert world.mail(mail_of(Message_ID="<once@acme.example>"), "inbound/once") is not None
    assert world.tickets.aside == []

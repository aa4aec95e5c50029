"""Every route of an answer: our own people's mail about a ticket is never a ticket and never the customer's word."""

import pytest

from contracts.ticket_answered import TicketAnswered
from contracts.ticket_received import TicketReceived

ANN, EVE, SUPPORT = "Ann Lee <ann@acme.example>", "Eve Stone <eve@example.com>", "support@example.com"
ASKED = "<ask-1@acme.example>"


@pytest.fixture
def asked(world, mail_of):
    """A customer's mail that has become a ticket; its id."""
    world.staff = ("eve@example.com", "@shop.example")
    event = world.mail(mail_of(ANN, "Export", "The export is broken.", Message_ID=ASKED), "inbound/ask")
    return event.data.ticket.ticket_id


def mail(body, *, sender=EVE, to=SUPPORT, cc="", subject="Re: Export", **headers):
    head = {"From": sender, "To": to, "Cc": cc, "Subject": subject, "Message-ID": "<answer-1@example.com>"}
    head |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def quoted_hand_off(ticket):
    return (
        "We have refunded it today.\r\n\r\n"
        "On Mon, 2 Mar 2026 at 10:00, Ticket Router <router@example.com> wrote:\r\n"
        f"> [Priority] Export\r\n> Ticket {ticket}\r\n> Open it: https://x.example/actions/abc\r\n"
    )


ROUTES = {
    "Reply on the hand-off mail, its thread kept": (
        lambda t: mail(
            "Refunded.", subject="Re: [Priority] Export", References=f"<{t}@example.com> <ses-1@amazonses.com>"
        ),
        False,
    ),
    "Reply on the hand-off mail, by the mail's own id": (
        lambda t: mail("Refunded.", subject="Re: [Priority] Export", In_Reply_To=f"<{t}.r0@example.com>"),
        False,
    ),
    "Reply from a phone without References, the number in the subject": (
        lambda t: mail("Refunded.", subject=f"Re: [Priority] Export [{t}]"),
        False,
    ),
    "Reply from a phone without References, the number only in what it quotes": (
        lambda t: mail(quoted_hand_off(t), subject="Re: [Priority] Export"),
        False,
    ),
    "Reply All on the hand-off mail with the customer added": (
        lambda t: mail("Refunded.", to=f"router@example.com, {ANN}", cc=SUPPORT, References=f"<{t}@example.com>"),
        True,
    ),
    "A new mail to the customer with the number, support in Cc": (
        lambda t: mail("Dear Ann, refunded.", to=ANN, cc=SUPPORT, subject=f"Your refund {t.lower()}"),
        True,
    ),
    "A new mail to the customer, the number in a plus-address": (
        lambda t: mail("Dear Ann, refunded.", to=ANN, cc=f"support+{t}@example.com", subject="Your refund"),
        True,
    ),
    "Answer from the original, support in Cc": (
        lambda t: mail("Dear Ann, refunded.", to=ANN, cc=SUPPORT, In_Reply_To=ASKED, References=ASKED),
        True,
    ),
    "Answer from the original to a colleague of the customer": (
        lambda t: mail("Dear Bob, refunded.", to="bob@acme.example", cc=SUPPORT, In_Reply_To=ASKED),
        True,
    ),
    "Answer in the support address's own name": (
        lambda t: mail("Dear Ann, refunded.", sender=f"Support <{SUPPORT}>", to=ANN, In_Reply_To=ASKED),
        True,
    ),
    "Answer of somebody in one of our domains": (
        lambda t: mail("Refunded.", sender="Jo <jo@shop.example>", to=ANN, cc=SUPPORT, References=ASKED),
        True,
    ),
}


@pytest.mark.parametrize("route", ROUTES)
def test_an_answer_is_said_of_its_ticket_and_is_no_ticket(world, asked, route):
    make, to_customer = ROUTES[route]
    event = world.mail(make(asked), "inbound/answer")
    assert isinstance(event, TicketAnswered)
    assert (event.data.ticket_id, event.data.to_customer) == (asked, to_customer)
    assert "efunded" in event.data.text
    assert "wrote:" not in event.data.text
    assert event.data.answered_by.id in make(asked).decode().lower()
    assert event.data.raw.key == "inbound/answer"
    assert [type(one) for one in world.bus.events] == [TicketReceived, TicketAnswered]


NO_ANSWERS = {
    "A customer's reply": lambda t: mail("Any news?", sender=ANN, In_Reply_To=ASKED),
    "A stranger who names the number": lambda t: mail("Refunded.", sender="Mal <mal@evil.example>", subject=f"Re: {t}"),
    "Our own mail about nothing we know": lambda t: mail("Who can open the door?", subject="Door"),
    "Our own mail with a number that is nobody's": lambda t: mail("See T-000000000000", subject="Re: T-000000000000"),
    "Our own mail that quotes two tickets": lambda t: mail(
        f"Which?\r\n\r\nOn Mon, Eve wrote:\r\n> {t}\r\n> T-000000000001\r\n"
    ),
    "A forward of a customer's mail": lambda t: mail(
        "---------- Forwarded message ---------\r\nFrom: Bob <bob@other.example>\r\nDate: Mon, 2 Mar 2026\r\n"
        f"Subject: VAT\r\nTo: <eve@example.com>\r\n\r\nMy VAT number is wrong. {t}\r\n",
        subject="Fwd: VAT",
    ),
    "A web form of ours that names the customer": lambda t: mail(
        "Any news?", subject=f"Contact {t}", Reply_To="bob@other.example"
    ),
}


@pytest.mark.parametrize("kind", NO_ANSWERS)
def test_what_is_not_surely_an_answer_stays_a_ticket(world, asked, kind):
    event = world.mail(NO_ANSWERS[kind](asked), "inbound/other")
    assert isinstance(event, TicketReceived)
    assert not world.tickets.answers


def test_a_colleague_who_is_the_customer_writes_again_and_answers_nothing(world, mail_of):
    world.staff = ("eve@example.com",)
    own = world.mail(mail_of(EVE, "Laptop", "It does not start.", Message_ID="<own@example.com>"), "inbound/1")
    again = world.mail(mail("It still does not.", subject="Re: Laptop", In_Reply_To="<own@example.com>"), "inbound/2")
    assert again.data.ticket.follow_up_to == own.data.ticket.ticket_id


def test_whoever_forges_one_of_us_is_left_to_a_person(world, asked):
    failed = "amazonses.com; spf=pass; dmarc=fail header.from=example.com"
    raw = mail("All is done.", In_Reply_To=ASKED, Authentication_Results=failed)
    event = world.mail(raw, "inbound/forged")
    assert isinstance(event, TicketReceived)
    assert "did not send it" in event.data.ticket.maybe_automatic


@pytest.mark.parametrize("mark", [{"Auto_Submitted": "auto-replied"}, {"X_Ticket_Router": "T-1"}])
def test_a_colleague_s_machine_answers_nothing(world, asked, mark):
    assert world.mail(mail("I am away.", In_Reply_To=ASKED, **mark), "inbound/away") is None
    assert not world.tickets.answers


def test_an_absence_note_without_a_mark_dies_out(world, asked):
    """A colleague's program that answers each of our mails with the same words."""
    kinds = []
    for n in range(8):
        raw = mail(
            "Back on Monday the ninth.", References=f"<{asked}@example.com>", Message_ID=f"<away-{n}@example.com>"
        )
        kinds.append(type(world.mail(raw, f"inbound/away-{n}")))
    assert kinds[-1] is type(None)
    assert kinds.count(TicketAnswered) <= 3


def test_a_redelivered_answer_is_the_same_event_and_is_said_again(world, asked):
    raw = mail("Refunded.", to=ANN, In_Reply_To=ASKED)
    world.bus.down = True
    with pytest.raises(RuntimeError):
        world.mail(raw, "inbound/a")
    world.bus.down = False
    events = [world.mail(raw, "inbound/a") for _ in range(6)]
    assert len({event.metadata.event_id for event in events}) == 1
    assert len(world.tickets.answers) == 1


def test_the_customer_s_reply_to_the_answer_finds_the_ticket(world, asked, mail_of):
    world.mail(mail("Refunded.", to=ANN, cc=SUPPORT, In_Reply_To=ASKED), "inbound/a")
    reply = mail_of(ANN, "Re: Export", "Thank you, but it has not come.", In_Reply_To="<answer-1@example.com>")
    event = world.mail(reply, "inbound/b")
    assert event.data.ticket.follow_up_to == asked


def test_an_answer_that_was_released_is_a_ticket(world, asked):
    event = world.mail(mail("Refunded.", In_Reply_To=ASKED), "inbound/a", released=True)
    assert isinstance(event, TicketReceived)

"""Written once, said once, folded and threaded, whatever is redelivered, races or crashes."""

from dataclasses import replace

import pytest

from contracts.ticket_corrected import TicketCorrected
from services.intake.domain.identity import customer_key, ticket_id
from shared.errors import BadInput, NotNow

PROBLEM = "The export button does nothing when I pick last month in the report"


def chat(text=PROBLEM, conversation_id="c-1", email="ann@acme.example"):
    said = [{"from": "bot", "text": "Hello, how can I help?"}, {"from": "customer", "text": text}]
    return {"conversation_id": conversation_id, "customer": {"email": email}, "messages": said}


def test_form_answers_the_id_that_the_ticket_gets(world):
    answered = world.post_form(email="Ann@Acme.example", message=PROBLEM, order_number="A-7", topic="bug")
    (event,) = world.drain()
    ticket = event.data.ticket
    assert ticket.ticket_id == answered == event.metadata.correlation_id
    assert (ticket.customer.email, ticket.order_number, ticket.topic_hint) == ("ann@acme.example", "A-7", "bug")
    assert ticket.raw.key in world.files.objects


def test_chat_answers_the_id_that_the_ticket_gets_and_reads_only_the_customer(world):
    answered = world.post_chat(chat())
    (event,) = world.drain()
    assert event.data.ticket.ticket_id == answered
    assert event.data.ticket.text == PROBLEM


def test_what_people_keep_apart_is_never_folded(world):
    alarm = "Alarm from sensor 4: the cold room is above 8 degrees"
    world.post_form(email="ann@acme.example", message=alarm)
    world.post_chat(chat(alarm))
    assert [event.data.ticket.duplicate_of is None for event in world.drain()] == [True, False]
    world.folding = replace(world.folding, kept_apart=("Alarm from sensor: the cold room is above 8 degrees",))
    world.post_chat(chat(alarm, conversation_id="c-2"))
    (event,) = world.drain()
    assert event.data.ticket.duplicate_of is None


def test_the_same_conversation_twice_is_one_ticket(world):
    assert world.post_chat(chat()) == world.post_chat(chat())
    world.drain()
    assert len(world.bus.events) == 1


def test_a_conversation_opened_again_continues_with_its_new_words_only(world):
    first = world.post_chat(chat())
    again = chat()
    again["messages"].append({"from": "customer", "text": "It is back, and I am losing my patience."})
    second = world.post_chat(again)
    assert world.post_chat(again) == second != first
    events = world.drain()
    ticket = events[1].data.ticket
    assert (ticket.ticket_id, ticket.follow_up_to) == (second, first)
    assert ticket.text == "It is back, and I am losing my patience."


def test_same_idempotency_key_is_one_ticket(world):
    first = world.post_form(email="ann@acme.example", message=PROBLEM)
    assert world.post_form(email="ann@acme.example", message=PROBLEM) == first
    world.drain()
    assert len(world.bus.events) == 1


def test_same_idempotency_key_with_other_words_is_refused_not_lost(world):
    world.post_form(email="ann@acme.example", message=PROBLEM)
    with pytest.raises(BadInput, match="Idempotency-Key"):
        world.post_form(email="ann@acme.example", message="Something else")


def test_same_idempotency_key_of_another_customer_is_another_ticket(world):
    ids = {world.post_form(email=f"{name}@acme.example", message=PROBLEM) for name in ("ann", "bob")}
    assert len(ids) == 2


def test_same_mail_twice_is_one_ticket(world, mail_of):
    raw = mail_of(Message_ID="<1@acme.example>")
    assert world.mail(raw, "inbound/1") == world.mail(raw, "inbound/2")
    assert len(world.bus.events) == 1


def test_mail_without_message_id_is_one_ticket_when_redelivered(world, mail_of):
    world.mail(mail_of())
    world.mail(mail_of())
    assert len(world.bus.events) == 1


def test_crash_between_write_and_bus_is_made_good_by_the_redelivery(world, mail_of):
    raw = mail_of(Message_ID="<1@acme.example>")
    world.bus.down = True
    with pytest.raises(RuntimeError):
        world.mail(raw)
    world.bus.down = False
    event = world.mail(raw)
    assert world.bus.events == [event]
    world.mail(raw)
    assert len(world.bus.events) == 1


def test_three_lanes_are_one_ticket(world, mail_of):
    form = world.post_form(email="ann@acme.example", message=PROBLEM)
    world.post_chat(chat())
    world.drain()
    world.mail(mail_of(body=PROBLEM))
    copies = [event.data.ticket for event in world.bus.events[1:]]
    assert [copy.duplicate_of for copy in copies] == [form, form]
    assert "came by the contact form" in copies[0].link_reason


def test_another_customer_is_never_folded(world):
    world.post_form(email="ann@acme.example", message=PROBLEM)
    world.post_form(email="bob@acme.example", message=PROBLEM)
    assert [event.data.ticket.duplicate_of for event in world.drain()] == [None, None]


def test_another_problem_is_its_own_ticket(world):
    world.post_form(email="ann@acme.example", message=PROBLEM)
    world.post_form(key="k2", email="ann@acme.example", message="Please send the March invoice with our VAT number")
    assert [event.data.ticket.duplicate_of for event in world.drain()] == [None, None]


def test_a_copy_that_comes_in_the_same_moment_is_still_folded(world):
    first = world.post_form(email="ann@acme.example", message=PROBLEM)
    second = world.post_chat(chat())
    waiting = world.inbox.messages.pop()

    def the_other_lambda():
        world.drain()

    world.tickets.before_write = the_other_lambda
    queued, world.inbox.messages = world.inbox.messages, [waiting]
    world.inbox.messages += queued
    world.drain()
    linked = {event.data.ticket.ticket_id: event.data.ticket.duplicate_of for event in world.bus.events}
    assert linked == {first: None, second: first}


def test_a_customer_whose_tickets_keep_racing_is_tried_later(world):
    world.post_form(email="ann@acme.example", message=PROBLEM)

    def somebody_else():
        recent, revision = world.tickets.recent("ann@acme.example")
        world.tickets.customers["ann@acme.example"] = (recent, revision + 1)
        world.tickets.before_write = somebody_else

    world.tickets.before_write = somebody_else
    with pytest.raises(NotNow):
        world.drain()


def test_a_reply_with_new_words_follows_up_and_one_without_is_a_copy(world, mail_of):
    first = world.mail(mail_of(Message_ID="<1@acme.example>")).data.ticket
    reply = world.mail(
        mail_of(Message_ID="<2@acme.example>", References="<1@acme.example>", body="It is worse now.\n"), "inbound/2"
    ).data.ticket
    again = world.mail(
        mail_of(Message_ID="<3@acme.example>", References="<2@acme.example>", body="\n"), "inbound/3"
    ).data.ticket
    assert (reply.follow_up_to, reply.duplicate_of) == (first.ticket_id, None)
    assert (again.follow_up_to, again.duplicate_of) == (None, first.ticket_id)


@pytest.mark.parametrize("place", ["subject", "address"])
def test_a_ticket_id_in_subject_or_plus_address_threads(world, mail_of, place):
    first = world.post_form(email="ann@acme.example", message=PROBLEM)
    world.drain()
    named = (
        {"subject": f"Re: [{first}] Export"} if place == "subject" else {"Cc": f"support+{first.lower()}@example.com"}
    )
    ticket = world.mail(mail_of(sender="bob@acme.example", body="Any news?", **named)).data.ticket
    assert ticket.follow_up_to == first


@pytest.mark.parametrize(
    ("owner", "writer", "joins"),
    [
        ("ann@acme.example", "ann+shop@acme.example", True),
        ("ann@acme.example", "bob@acme.example", True),
        ("ann@acme.example", "eve@elsewhere.example", False),
        ("ann@gmail.com", "eve@gmail.com", False),
        ("ann@acme.example", "agent@ours.example", True),
    ],
    ids=["the customer", "a colleague", "a stranger", "a stranger at the same free mail", "our own people"],
)
def test_a_ticket_id_opens_the_thread_to_its_customer_only(world, mail_of, owner, writer, joins):
    world.staff = ("ours.example",)
    first = world.post_form(email=owner, message=PROBLEM)
    world.drain()
    ticket = world.mail(
        mail_of(sender=writer, subject=f"Re: [{first}]", body="Send me the answer, please.")
    ).data.ticket
    assert (ticket.follow_up_to == first) is joins
    assert ticket.duplicate_of is None


def test_whoever_had_the_mail_may_answer_it(world, mail_of):
    first = world.mail(mail_of(Message_ID="<1@acme.example>")).data.ticket
    reply = mail_of(sender="it@partner.example", In_Reply_To="<1@acme.example>", body="We look after their computers.")
    assert world.mail(reply, "inbound/2").data.ticket.follow_up_to == first.ticket_id


def test_a_chat_handle_folds_with_itself(world):
    by_handle = {"customer": {"handle": "@ann"}}
    first = world.post_chat({**chat(), **by_handle})
    world.post_chat({**chat(conversation_id="c-2"), **by_handle})
    world.post_chat({**chat(conversation_id="c-3"), "customer": {"handle": "@bob"}})
    assert [event.data.ticket.duplicate_of for event in world.drain()] == [None, first, None]


def test_an_unfolded_ticket_can_have_copies_of_its_own(world):
    world.post_form(email="ann@acme.example", message=PROBLEM)
    second = world.post_chat(chat())
    _, copy = world.drain()
    corrected = unfolded(world, copy)
    world.unfold(corrected)
    (standing,) = [one for one in world.tickets.recent("ann@acme.example")[0] if one.ticket_id == second]
    assert standing.root == second


def test_automatic_mail_is_set_aside_and_never_a_ticket(world, mail_of):
    assert world.mail(mail_of(Auto_Submitted="auto-replied")) is None
    assert world.mail(mail_of(Auto_Submitted="auto-replied")) is None  # the notice came twice
    assert {event.metadata.event_id for event in world.bus.events} == {world.bus.events[0].metadata.event_id}
    assert world.bus.events[0].detail_type() == "MailSetAside"
    assert world.bus.events[0].data.reason == "Auto-Submitted: auto-replied"
    assert world.tickets.aside[0][0] == "inbound/1"


def unfolded(world, copy):
    correction = {
        "kind": "unfolded",
        "before": {"team": "engineering"},
        "after": {"team": "engineering"},
        "corrected_by": {"id": "U1"},
        "corrected_at": world.now,
    }
    return TicketCorrected.caused_by(
        ticket_id=copy.metadata.correlation_id,
        cause=copy.metadata,
        occurred_at=world.now,
        data={"ticket": copy.data.ticket, "correction": correction},
    )


def test_unfolding_emits_the_ticket_anew_once(world):
    world.post_form(email="ann@acme.example", message=PROBLEM)
    world.post_chat(chat())
    _, copy = world.drain()
    corrected = unfolded(world, copy)
    anew = world.unfold(corrected)
    assert world.unfold(corrected) == anew
    assert world.bus.events[2:] == [anew]
    assert anew.data.ticket.duplicate_of is None
    assert anew.metadata.causation_id == corrected.metadata.event_id
    assert anew.metadata.event_id != copy.metadata.event_id


def test_a_long_text_is_cut_to_what_an_event_carries(world, mail_of):
    ticket = world.mail(mail_of(body="ä" * 400_000)).data.ticket
    assert ticket.text_cut
    assert len(ticket.text.encode()) <= 100_000


def test_attachments_are_kept_and_listed(world):
    raw = (
        b"From: ann@acme.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the log.\r\n"
        b"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=log.csv\r\n\r\na,b\r\n--b--\r\n"
    )
    (attachment,) = world.mail(raw).data.ticket.attachments
    assert (attachment.name, attachment.content_type) == ("log.csv", "text/csv")
    assert len(world.files.read(attachment.ref.key)) == attachment.size


def test_ticket_ids_follow_from_the_key_alone():
    assert ticket_id("mail", "<1@a>") == ticket_id("mail", "<1@a>")
    assert len({ticket_id("mail", f"<{n}@a>") for n in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("customer", "key"),
    [
        ({"email": "Ann+shop@Acme.example"}, "ann@acme.example"),
        ({"handle": "@Ann"}, "handle:@ann"),
        ({"name": "Ann"}, None),
    ],
)
def test_customer_key(customer, key):
    from contracts.ticket import Customer

    assert customer_key(Customer(**customer)) == key


def test_one_message_id_with_two_contents_is_two_tickets(world, mail_of):
    """Some programs use one id for every mail (or ``<>``, which is none)."""
    for message_id in ("<robot@carrier.example>", "<>"):
        sent = [mail_of(Message_ID=message_id, body=f"Parcel {number} is lost.") for number in (4412, 9917)]
        numbers = {
            world.mail(raw, f"inbound/{at}{message_id}").data.ticket.ticket_id for at, raw in enumerate(sent * 2)
        }
        assert len(numbers) == 2


def test_a_redelivery_over_another_server_is_the_same_ticket(world, mail_of):
    raw = mail_of(Message_ID="<1@acme.example>", body="The export is broken.\n\nAnn")
    again = b"Received: from elsewhere\r\n" + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert world.mail(raw) == world.mail(again, "inbound/2")


ASKED = "On Mon, 23 Nov 2026 at 09:00, Tom Poe <tom@supplier.example> wrote:\n\n> Please open port 8443.\n"


def test_a_first_contact_by_reply_keeps_what_it_answers(world, mail_of):
    """Support is put in Cc of a thread that runs elsewhere: what it is about stands only in the history."""
    raw = mail_of(
        Message_ID="<2@acme.example>", In_Reply_To="<1@supplier.example>", body=f"Can you do that today?\n\n{ASKED}"
    )
    ticket = world.mail(raw).data.ticket
    assert ticket.text.startswith("Can you do that today?")
    assert "open port 8443" in ticket.text
    follow_up = mail_of(Message_ID="<3@acme.example>", In_Reply_To="<2@acme.example>", body=f"And now?\n\n{ASKED}")
    assert world.mail(follow_up, "inbound/2").data.ticket.text == "And now?"


def test_a_colleague_who_puts_us_in_copy_makes_a_ticket_of_the_customer(world, mail_of):
    world.staff = ("ours.example",)
    raw = mail_of(
        sender="sue@ours.example", In_Reply_To="<1@supplier.example>", body=f"Adding support, please help.\n\n{ASKED}"
    )
    ticket = world.mail(raw).data.ticket
    assert (ticket.customer.email, ticket.customer.found_by) == ("tom@supplier.example", "forward")
    assert "open port 8443" in ticket.text


def test_what_our_own_people_wrote_is_no_first_contact(world, mail_of):
    world.staff = ("supplier.example",)
    raw = mail_of(In_Reply_To="<1@supplier.example>", body=f"Done.\n\n{ASKED}")
    ticket = world.mail(raw).data.ticket
    assert (ticket.text, ticket.folded.why) == ("Done.", ("quoted history",))
    assert "open port 8443" in ticket.rest


def test_a_form_that_mails_from_our_own_address_is_the_customers(world, mail_of):
    ticket = world.mail(mail_of(sender="support@example.com", Reply_To="Jane <jane@doe.example>")).data.ticket
    assert (ticket.customer.email, ticket.maybe_automatic) == ("jane@doe.example", None)
    alone = world.mail(mail_of(sender="support@example.com", body="Test of the new machine"), "inbound/2").data.ticket
    assert "our own address" in alone.maybe_automatic

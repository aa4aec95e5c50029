"""One customer, one problem, three lanes in the same second; and a thread that goes on."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.demo.send import Sender
from local.demo.watch import Row, Watch, until

NewCustomer = Callable[..., str]
Landed = Callable[..., list[Row]]
TEXT = "The export button does nothing when I pick last month."
IN_OTHER_WORDS = "Nothing happens when I click the export button and choose last month."
LABELS = "The label preview stays blank when I open it, so nothing can be printed."
LABELS_AGAIN = "When I open it, the label preview stays blank and nothing can be printed."
"""Said by one test alone: what was no copy once is never folded again."""
IN_HASTE = "export button doesn't react when i select last month"


@pytest.mark.parametrize("order", list(itertools.permutations(("mail", "form", "chat"))), ids="-".join)
def test_the_same_problem_in_the_same_second_is_one_ticket_and_two_notes(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed, order: tuple[str, ...]
) -> None:
    email = customer()
    by = {
        "mail": lambda: send.mail(email=email, subject="Export", text=f"Hello,\n\n{TEXT}\n\nBest regards,\nAnn"),
        "form": lambda: send.form(email=email, subject="Export broken", message=IN_OTHER_WORDS).raise_for_status(),
        "chat": lambda: send.chat(conversation=uuid.uuid4().hex, customer={"email": email}, texts=["hi", IN_HASTE]),
    }
    with ThreadPoolExecutor(3) as at_once:
        for sent in [at_once.submit(by[lane]) for lane in order]:
            sent.result()
    rows = landed(email, 3)
    (first,) = [row for row in rows if not row["duplicate_of"]]
    assert {row["duplicate_of"] for row in rows if row is not first} == {first["ticket_id"]}
    notes = until(lambda: watch.thread(first)[1:] and watch.thread(first), seconds=30, what="two notes under the first")
    assert len(notes) == 2


def test_replies_in_a_thread_follow_up_and_never_start_anew(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email, number = customer(), uuid.uuid4().hex
    head = f"From: Ann <{email}>\r\nTo: support@example.com\r\n"
    send.raw_mail(
        f"{head}Subject: Export\r\nMessage-ID: <{number}.0@acme.example>\r\n\r\n{TEXT}\r\n".encode(), sender=email
    )
    (first,) = landed(email)
    replies = ("Any news?", "It also fails for March.", "Chrome shows the same.", "Firefox as well.", "This is urgent!")
    for n, words in enumerate(replies, start=1):
        thread = f"In-Reply-To: <{number}.{n - 1}@acme.example>\r\nReferences: <{number}.0@acme.example>\r\n"
        mail = f"{head}Subject: Re: Export\r\nMessage-ID: <{number}.{n}@acme.example>\r\n{thread}\r\n{words}\r\n"
        send.raw_mail(mail.encode(), sender=email)
    rows = landed(email, 1 + len(replies))
    assert {row["follow_up_to"] for row in rows if row["ticket_id"] != first["ticket_id"]} == {first["ticket_id"]}
    kinds = [event["detail-type"] for row in rows if row["follow_up_to"] for event in watch.events(row["ticket_id"])]
    assert kinds.count("TicketClassified") <= len(replies), "a reply is read once at most"
    notes = until(lambda: watch.thread(first)[len(replies) - 1 :] and watch.thread(first), seconds=30, what="the notes")
    assert len(notes) >= len(replies), "each below the one message"


def test_what_is_no_copy_stands_on_its_own_after_one_press(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email = customer()
    send.form(email=email, subject="Labels", message=LABELS).raise_for_status()
    (first,) = landed(email)
    send.mail(email=email, subject="Labels", text=LABELS_AGAIN)
    (copy,) = [row for row in landed(email, 2) if row["duplicate_of"]]
    (note,) = until(lambda: watch.thread(first), seconds=30, what="the note under the first")
    assert watch.press(first, action="not_a_copy", note=note).status_code == 200

    def on_its_own() -> Row | None:
        row = watch.log.row(copy["ticket_id"])
        place = row and not row["duplicate_of"] and row["destination"]
        return row if place and place["ref"] != note["ts"] else None

    row = until(on_its_own, seconds=90, what="the second ticket in a place of its own")
    assert row["tokens_in"] > 0, "it has been read by itself"
    assert LABELS_AGAIN in str(watch.message(row)["blocks"])

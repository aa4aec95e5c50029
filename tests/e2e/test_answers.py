"""A colleague's answer, on the deployed system: said of its ticket, and no ticket of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.demo.send import Sender
from local.demo.watch import Row, Watch, until

NewCustomer = Callable[..., str]
Landed = Callable[..., list[Row]]


def test_an_answer_in_cc_and_a_reply_on_the_hand_off_are_answers(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email, colleague = customer(), _colleague(watch)
    asked = send.mail(email=email, subject="Invoice", text="Can you send the invoice with our VAT number?")
    (row,) = landed(email)
    ticket = row["ticket_id"]

    def answer(body: str, *headers: str) -> None:
        lines = [f"From: Eve <{colleague}>", *headers]
        send.raw_mail(("\r\n".join(lines) + f"\r\n\r\n{body}\r\n").encode(), sender=colleague)

    answer("Dear customer, here it is.", f"To: {email}", "Cc: support@example.com", "Subject: Re: Invoice",
           "Message-ID: <a1@example.com>", f"In-Reply-To: {asked}")  # fmt: skip
    answer("I sent it.", "To: ticket-router@example.com", "Subject: Re: [Route] Invoice",
           "Message-ID: <a2@example.com>", f"References: <{ticket}@example.com>")  # fmt: skip

    def answers() -> list[dict[str, Any]] | None:
        events = [one["detail"]["data"] for one in watch.events(ticket) if one["detail-type"] == "TicketAnswered"]
        return events if len(events) == 2 else None

    said = until(answers, seconds=60, what="two answers")
    assert {(one["text"], one["to_customer"]) for one in said} == {
        ("Dear customer, here it is.", True),
        ("I sent it.", False),
    }
    assert watch.rows(colleague) == []
    assert [one["ticket_id"] for one in watch.rows(email)] == [ticket]


def _colleague(watch: Watch) -> str:
    """Somebody of our own people, by the published rules."""
    named = watch.rules().staff[0]
    return named if "@" in named.lstrip("@") else f"eve@{named.lstrip('@')}"

"""What is lowered, said to be no ticket, or undone: what the Doc says afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.ticket_corrected_v2 import TicketCorrected
from services.learning import app

NEWS = {"source": "mail", "customer": {"email": "News@Shop.example", "verified": True}}


class Desk:
    """Deals with corrections of one ticket, each a minute after the other."""

    def __init__(self, folder: Any, shelf: Any, leads: Any, now: datetime) -> None:
        self.folder, self.shelf, self.leads, self.now = folder, shelf, leads, now
        app.publish_rules(folder=folder, shelf=shelf, now=now)
        self.at = now

    def event(
        self, kind: str, topic: str | None = "billing", undoes: TicketCorrected | None = None, **more: Any
    ) -> Any:
        self.at += timedelta(minutes=1)
        ticket = {
            "ticket_id": "T-1",
            "source": "form",
            "customer": {},
            "text": "The VAT is wrong",
            "received_at": self.at,
        }
        correction = {
            "kind": kind,
            "before": {"team": "engineering", "urgency": more.pop("before", "low")},
            "after": {"team": "finance", "topic": topic, "urgency": more.pop("urgency", "low")},
            "corrected_by": {"id": "U1", "name": "Lena"},
            "corrected_at": self.at,
            "undoes": undoes.metadata.event_id if undoes else None,
        }
        data = {"ticket": ticket | more, "reading": None, "correction": correction}
        return TicketCorrected.caused_by(ticket_id="T-1", cause=None, occurred_at=self.at, data=data, key=f"{self.at}")

    def learn(self, event: Any) -> Any:
        return app.learn(corrected=event, folder=self.folder, shelf=self.shelf, leads=self.leads, now=self.now)

    def do(self, kind: str, topic: str | None = "billing", **more: Any) -> Any:
        event = self.event(kind, topic, **more)
        self.learn(event)
        return event

    @property
    def rules(self) -> Any:
        return self.shelf.force.rules


@pytest.fixture
def desk(folder: Any, shelf: Any, leads: Any, now: datetime) -> Desk:
    return Desk(folder, shelf, leads, now)


def test_lowering_teaches_the_urgency_one_step_down(desk: Desk) -> None:
    desk.do("lowered", before="high", urgency="medium")
    learned = desk.rules.examples[-1]
    assert (learned.topic, learned.urgency) == ("billing", "medium")


def test_what_was_loud_for_another_reason_teaches_nothing(desk: Desk) -> None:
    before = desk.folder.guide
    done = desk.learn(desk.event("lowered", before="low", urgency="low"))
    assert done["why_not"] == "it was not its urgency that made it loud"
    assert desk.folder.guide == before


def test_the_sender_of_what_is_no_ticket_is_learnt_and_undone(desk: Desk) -> None:
    before = desk.folder.guide
    spam = desk.do("not_a_ticket", **NEWS)
    assert [one.match for one in desk.rules.not_tickets] == ["news@shop.example"]
    assert desk.rules.not_tickets[0].learned_from == spam.metadata.event_id[:8]
    desk.do("undone", undoes=spam, **NEWS)
    assert desk.rules.not_tickets == ()
    assert desk.folder.guide == before + "Not tickets\n"


@pytest.mark.parametrize(
    ("ticket", "why"),
    [
        ({**NEWS, "customer": {"email": "boss@customer.example"}}, "not verified"),
        ({**NEWS, "source": "form"}, "only a mail has a sender"),
        ({**NEWS, "customer": {"handle": "x"}}, "only a mail has a sender"),
        (
            {**NEWS, "customer": {"email": "vip@northwind.example", "verified": True}},
            "a VIP customer or one of our people",
        ),
        ({**NEWS, "customer": {"email": "eve@example.com", "verified": True}}, "a VIP customer or one of our people"),
    ],
)
def test_nobody_is_silenced_by_what_others_sent(desk: Desk, ticket: dict[str, Any], why: str) -> None:
    desk.folder.guide += "## VIP customers\nnorthwind.example\n## Our people\nexample.com\n"
    app.publish_rules(folder=desk.folder, shelf=desk.shelf, now=desk.now)
    before = desk.folder.guide
    assert why in desk.learn(desk.event("not_a_ticket", **ticket))["why_not"]
    assert desk.folder.guide == before


def test_what_spam_had_taught_goes_with_it_and_comes_back_with_an_undo(desk: Desk) -> None:
    desk.do("reassigned", **NEWS)
    taught = desk.folder.guide
    spam = desk.do("not_a_ticket", **NEWS)
    assert "billing: The VAT is wrong" not in desk.folder.guide
    desk.do("undone", undoes=spam, **NEWS)
    assert sorted(desk.folder.guide.split("\n")) == sorted((taught + "Not tickets\n").split("\n"))


def test_an_undo_takes_the_line_out_and_puts_back_what_went_for_it(desk: Desk) -> None:
    before = desk.folder.guide
    first = desk.do("reassigned", "billing")
    one_line = desk.folder.guide
    second = desk.do("reassigned", "outage")
    assert "billing: The VAT is wrong" not in desk.folder.guide
    desk.do("undone", None, undoes=second)
    assert desk.folder.guide == one_line
    desk.do("undone", None, undoes=first)
    assert desk.folder.guide == before


def test_an_undo_that_comes_before_what_it_undoes_leaves_nothing(desk: Desk) -> None:
    before = desk.folder.guide
    correction = desk.event("reassigned")
    desk.do("undone", None, undoes=correction)
    desk.learn(correction)
    assert desk.folder.guide == before


def test_an_undo_delivered_twice_is_done_once(desk: Desk) -> None:
    undo = desk.event("undone", None, undoes=desk.do("reassigned"))
    assert desk.learn(undo)["why_not"] == "taken back"
    people = desk.folder.guide = desk.folder.guide + "billing: Mine\n"
    assert desk.learn(undo) is None
    assert desk.folder.guide == people


def test_an_undo_closes_the_question_that_its_correction_asked(desk: Desk) -> None:
    desk.folder.guide += "bug: The VAT is wrong\n"
    app.publish_rules(folder=desk.folder, shelf=desk.shelf, now=desk.now)
    asked = desk.do("reassigned")
    assert desk.leads.asked == [("billing", "bug")]
    desk.do("undone", None, undoes=asked)
    ((_, said),) = desk.leads.closed
    assert said.startswith("Lena took that back.")


def test_a_colleague_who_writes_meanwhile_loses_nothing(desk: Desk) -> None:
    done = desk.do("reassigned")
    desk.folder.meanwhile = ["billing: A colleague's line"]
    desk.do("undone", None, undoes=done)
    assert "A colleague's line" in desk.folder.guide
    assert "The VAT is wrong" not in desk.folder.guide

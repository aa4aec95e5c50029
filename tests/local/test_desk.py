"""The Desk's pages over a log that is given to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from cli.rules import rules_in
from contracts.rules import Rules
from contracts.ticket import Reading, Ticket
from local import desk, mail, slack

HOSTILE = "<script>alert(1)</script> <b>Dana</b>"


def row(**more: Any) -> dict[str, Any]:
    return {
        "ticket_id": "T-1",
        "source": "mail",
        "customer": {"email": "dana@shop.example", "name": "Dana", "handle": None},
        "subject": "Everything is down",
        "topic": "outage",
        "urgency": "high",
        "tone": "angry",
        "confidence": 0.97,
        "move": "escalate",
        "position": "top",
        "team": "engineering",
        "destination": {"kind": "slack", "address": "engineering", "ref": "1.0"},
        "reasons": ["Topics, row 2: outage goes to engineering"],
        "received_at": "2026-11-23T10:00:00.000000Z",
        "dispatched_at": "2026-11-23T10:00:01.000000Z",
        "taken_at": None,
        "duplicate_of": None,
        "follow_up_to": None,
        "corrections": [],
        **more,
    }


class Log:
    """A log with what a test puts into it."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.broken = False
        self.rules_dir = Path()
        self.read: list[tuple[Ticket, Reading]] = []

    def tickets(self, limit: int) -> list[dict[str, Any]]:
        if self.broken:
            raise ConnectionError
        return self.rows[:limit]

    def in_force(self) -> Rules:
        return rules_in(self.rules_dir)

    def logged(self, limit: int) -> list[tuple[Ticket, Reading]]:
        return self.read[:limit]

    def trace(self, ticket_id: str) -> dict[str, Any] | None:
        found = next((row for row in self.rows if row["ticket_id"] == ticket_id), None)
        metadata = {"event_id": "e-1", "causation_id": None, "occurred_at": "2026-11-23T10:00:00Z"}
        event = {
            "detail-type": "TicketReceived",
            "source": "tickets.intake",
            "detail": {"metadata": metadata, "data": {"x": HOSTILE}},
        }
        return {**found, "events": [event]} if found else None


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def page(log: Log, rules_dir: Path, serve: Callable[[Starlette], str]) -> Iterator[httpx.Client]:
    app = desk.create_app(
        endpoints={
            "contact_url": "http://127.0.0.1:1/contact",
            "support_address": "support@example.com",
            "smtp": "127.0.0.1:1",
        },
        rules_dir=rules_dir,
        log=log,
        slack=slack.create_app(rules_dir=rules_dir, bot_token="t", signing_secret="s"),
        mail=mail.create_app(outbox=mail.Outbox(), rules_dir=rules_dir),
    )
    with httpx.Client(base_url=serve(app), follow_redirects=True) as client:
        yield client


def test_an_empty_desk_says_what_to_do(page: httpx.Client) -> None:
    assert "No tickets yet" in page.get("/").text


def test_a_landed_ticket_says_where_and_why(page: httpx.Client, log: Log) -> None:
    log.rows = [row()]

    shown = page.get("/tickets").text
    for words in ("Everything is down", "Escalated", "high urgency", "angry", "→ #engineering", "Topics, row 2"):
        assert words in shown


def test_what_a_customer_wrote_is_text(page: httpx.Client, log: Log) -> None:
    log.rows = [row(subject=HOSTILE, customer={"email": None, "name": HOSTILE, "handle": None}, reasons=[HOSTILE])]

    for path in ("/", "/tickets", "/tickets/T-1"):
        assert "<script>alert" not in page.get(path).text
        assert "&lt;script&gt;alert" in page.get(path).text


def test_the_list_says_when_nothing_changed(page: httpx.Client, log: Log) -> None:
    tag = page.get("/tickets").headers["etag"]

    assert page.get("/tickets", headers={"If-None-Match": tag}).status_code == 304


def test_a_log_that_cannot_be_read_is_said_not_hidden(page: httpx.Client, log: Log) -> None:
    log.broken = True

    assert "The log cannot be read just now" in page.get("/tickets").text


def test_a_trace_names_events_and_causes(page: httpx.Client, log: Log) -> None:
    log.rows = [row()]

    shown = page.get("/tickets/T-1").text
    assert "TicketReceived" in shown
    assert "e-1" in shown
    assert page.get("/tickets/T-2").status_code == 404


def test_a_ticket_that_was_refused_says_why(page: httpx.Client) -> None:
    answer = page.post("/send/mail", data={"email": "nobody", "message": "x"})

    assert (answer.status_code, answer.json()["problem"]) == (400, "A mail needs the customer's address.")
    assert page.post("/send/pigeon", data={}).status_code == 400


@pytest.mark.parametrize("path", ["/send/form", "/rules", "/rules/try"])
def test_another_page_cannot_use_the_desk(page: httpx.Client, path: str) -> None:
    assert page.post(path, data={"guide": "x"}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert page.get("/", headers={"Host": "evil.example"}).status_code == 400


def fields(html: str) -> dict[str, str]:
    """The rules form as a browser would send it back."""
    found = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input[^>]*name="([^"]+)" value="([^"]*)"', html)
    }
    guide = re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.S)
    assert guide is not None
    return found | {"guide": unescape(guide.group(1))}


def test_the_rules_are_saved_as_they_were_written(page: httpx.Client, rules_dir: Path) -> None:
    before = {file.name: file.read_text() for file in rules_dir.iterdir()}
    form = fields(page.get("/rules").text)

    assert page.post("/rules", data=form, follow_redirects=False).status_code == 303
    assert {file.name: file.read_text() for file in rules_dir.iterdir()} == before

    page.post("/rules", data=form | {"topics-3-0": "refund", "topics-3-1": "money, back", "topics-3-2": "finance"})
    assert (rules_dir / "topics.csv").read_text().endswith('refund,"money, back",finance\n')


def test_a_change_meanwhile_is_not_overwritten(page: httpx.Client, rules_dir: Path) -> None:
    form = fields(page.get("/rules").text)
    (rules_dir / "guide.md").write_text("# Guide\n\n## Urgent words\n\ndown, lesson\n")

    answer = page.post("/rules", data=form | {"guide": "mine"})

    assert answer.status_code == 409
    assert "mine" in answer.text
    assert "lesson" in (rules_dir / "guide.md").read_text()


def test_a_mistake_in_the_rules_is_named(page: httpx.Client, rules_dir: Path) -> None:
    (rules_dir / "topics.csv").write_text("topic,what it covers,team\noutage,down,nobody\n")

    shown = page.get("/rules").text
    assert "does not understand" in shown
    assert "Topics" in shown


def test_with_a_real_slack_the_desk_has_the_inboxes_alone(
    log: Log, rules_dir: Path, serve: Callable[[Starlette], str]
) -> None:
    app = desk.create_app(
        endpoints={"contact_url": "http://127.0.0.1:1/contact", "slack_api_url": "https://slack.example/api/"},
        rules_dir=rules_dir,
        log=log,
        mail=mail.create_app(outbox=mail.Outbox(), rules_dir=rules_dir),
    )
    log.rows = [row()]
    shown = httpx.get(serve(app)).text
    assert "your own Slack" in shown
    assert "/slack/static" not in shown
    assert "privacy@example.com" in shown
    assert "→ #engineering" in shown


def test_rules_are_tried_on_the_logged_tickets_and_not_saved(page: httpx.Client, log: Log, rules_dir: Path) -> None:
    log.rules_dir = rules_dir
    for number, tone in enumerate(("calm", "angry")):
        told = {"ticket_id": f"T-{number}", "source": "mail", "customer": {"email": "d@shop.example"}}
        ticket = Ticket.model_validate(told | {"text": HOSTILE, "received_at": "2026-11-23T10:00:00Z"})
        log.read.append((ticket, Reading(topic="outage", urgency="low", tone=tone, confidence=1)))  # type: ignore[arg-type]
    before, form = (rules_dir / "guide.md").read_text(), fields(page.get("/rules").text)
    changed = form | {"guide": before + "\n## Priority rules\n\npriority when mood is bad\nescalate when angry\n"}
    shown = page.post("/rules/try", data=changed).text
    assert "1 of 2 logged tickets would move" in shown
    assert "Priority rules, line 2: escalate when angry" in shown
    assert "not <em>mood</em>" in shown
    assert "escalate when angry" in fields(shown)["guide"]
    assert HOSTILE not in shown
    assert (rules_dir / "guide.md").read_text() == before
    refused = page.post("/rules/try", data=form | {"topics-1-2": "nobody"}).text
    assert "would not go live" in refused

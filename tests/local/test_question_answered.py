"""The question's answers the whole way: the local Slack, dispatch's presses, learning, and the local Drive's Doc."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.envelope import Event
from contracts.move_decided import MoveDecided, MoveDecidedData
from contracts.rules import Rules
from contracts.ticket import Customer, Move, Person, Reading, Ticket
from contracts.ticket_corrected import TicketCorrected
from evaluation.learning.office import Shelf
from local.drive import FOLDER_ID, service_account_key
from local.drive import create_app as create_drive
from local.slack import create_app as create_slack
from services.dispatch import app as dispatch
from services.dispatch.adapters.slack.press import presses_in
from services.dispatch.domain.choice import Choice
from services.dispatch.domain.errors import TooLate
from services.dispatch.domain.life.beginning import hand_off_of
from services.dispatch.domain.life.handoff import HandOff
from services.learning import app as learning
from services.learning.adapters.google import GoogleFolder
from services.learning.adapters.slack import SlackLeads
from shared.errors import NotNow

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
WORDS = "Please send me the invoice for October once more"


class Log:
    """dispatch's log, with one ticket in it."""

    def __init__(self, handoff: HandOff) -> None:
        self.stored = handoff

    def get(self, _ticket_id: str) -> HandOff:
        return self.stored

    def save(self, handoff: HandOff, *_events: Event) -> HandOff:
        self.stored = handoff
        return handoff


class Office:
    """A ticket read as bug, moved to billing by Lena; a person's line of the Doc says refund for such words."""

    def __init__(self, serve: Callable[[Starlette], str], rules_dir: Path) -> None:
        self.guide = rules_dir / "guide.md"
        self.guide.write_text(f"## Examples\n- refund: {WORDS.lower()}\n- login: I cannot log in\n")
        slack = create_slack(rules_dir=rules_dir, bot_token="xoxb-1", signing_secret="s")
        self.space, self.url, drive = (
            slack.state.slack,
            serve(slack),
            serve(create_drive(rules_dir, web_link="https://docs.example/d")),
        )
        self.space.actions_url = serve(Starlette(routes=[Route("/", self.pressed, methods=["POST"])]))
        self.folder = GoogleFolder(key=service_account_key(drive), folder_id=FOLDER_ID, api_root=drive)
        self.leads = SlackLeads(url=f"{self.url}/api/", token="xoxb-1")
        self.shelf, self.published, self.told = Shelf(), list[TicketCorrected](), list[str]()
        learning.publish_rules(folder=self.folder, shelf=self.shelf, now=NOW)
        ticket = Ticket(ticket_id="T-0123456789AB", source="form", customer=Customer(), text=WORDS, received_at=NOW)
        reading = Reading(topic="bug", urgency="low", tone="calm", confidence=0.6, candidates=())
        move = Move(kind="route", team="engineering", position="normal", reasons=("x",), vip=False, rules_revision=1)
        decided = MoveDecided.caused_by(
            ticket_id=ticket.ticket_id, cause=None, occurred_at=NOW,
            data=MoveDecidedData(ticket=ticket, reading=reading, move=move),
        )  # fmt: skip
        self.log, self.now = Log(hand_off_of(decided)), NOW
        self.correct("reassign", "finance|billing", 0, "Lena")

    def publish(self, event: TicketCorrected) -> None:
        self.published.append(event)

    def correct(self, action: str, value: str, revision: int, who: str) -> None:
        """dispatch records it; learning takes what dispatch says."""
        self.now += timedelta(minutes=1)
        choice = Choice.of(value) if value else None
        try:
            dispatch.correct(
                action=action, ticket_id="T-0123456789AB", revision=revision, choice=choice,
                by=Person(id=who, name=who), log=self.log, rules=self.rules, bus=self, now=self.now,  # type: ignore[arg-type]
            )  # fmt: skip
        except TooLate as late:
            self.told.append(str(late))
        for event in self.published:
            learning.learn(corrected=event, folder=self.folder, shelf=self.shelf, leads=self.leads, now=self.now)

    async def pressed(self, request: Request) -> Response:
        for press in presses_in(await request.body()):
            value = press.choice.value if press.choice else ""
            await run_in_threadpool(self.correct, press.action, value, press.revision, press.by.name)
        return Response()

    @property
    def rules(self) -> Rules:
        assert self.shelf.force is not None
        return self.shelf.force.rules

    def question(self) -> dict[str, Any]:
        (triage,) = [one.id for one in self.space.directory.channels.values() if one.name == "triage"]
        (message,) = self.space.messages[triage].values()
        return {"channel": triage, "ts": message.ts, "blocks": message.blocks}

    def press(self, action_id: str) -> None:
        asked = self.question()
        message = {"channel": asked["channel"], "ts": asked["ts"], "action_id": action_id, "user": "U0SUPLEAD"}
        assert httpx.post(f"{self.url}/press", json=message).json()["ok"]

    def said(self) -> str:
        """What stands below the question in place of its buttons."""
        *_, last = self.question()["blocks"]
        assert last["type"] == "context"
        return str(last["elements"][0]["text"])


@pytest.fixture
def office(serve: Callable[[Starlette], str], tmp_path: Path) -> Office:
    return Office(serve, Path(shutil.copytree(ROOT / "rules", tmp_path / "rules")))


def test_the_question_is_asked_and_nothing_learnt_yet(office: Office) -> None:
    assert office.question()["blocks"][-1]["type"] == "actions"
    assert f"- refund: {WORDS.lower()}\n" in office.guide.read_text()
    assert "learned" not in office.guide.read_text()


def test_yes_it_is_new_replaces_the_line_and_closes_the_question(office: Office) -> None:
    office.press("confirm")
    mark = office.published[-1].metadata.event_id[:8]
    learnt = f"- billing: {WORDS} (learned from correction {mark})\n"
    assert office.guide.read_text() == f"## Examples\n- login: I cannot log in\n{learnt}"
    who = office.space.directory.users["U0SUPLEAD"].name
    said = f"⚖️ {who} answered: it is billing. Learnt. Taken out of the Doc: refund: “{WORDS.lower()}”"
    assert office.said() == said
    assert [(one.topic, one.text) for one in office.rules.examples] == [
        ("login", "I cannot log in"),
        ("billing", WORDS),
    ]
    stored = office.log.stored
    assert (stored.move.team, stored.topic, stored.revision) == ("finance", "billing", 2)
    # A message drawn before, pressed again: one answer, and whoever pressed is told.
    office.correct("confirm", "", 1, "Ben")
    assert office.told == [f"{who} has already answered that billing is right"]
    assert office.guide.read_text().count(WORDS) == 1
    # And undone as any correction is.
    office.correct("reassign", "finance|refund", 2, "Ben")
    assert [one.topic for one in office.rules.examples if "invoice" in one.text] == ["refund"]


def test_no_it_is_old_moves_the_ticket_and_leaves_the_doc(office: Office) -> None:
    before = office.guide.read_text()
    office.press("reassign.1")
    assert office.guide.read_text() == before
    assert office.said().endswith("moved it to finance, about refund. Nothing learnt: line 1 says so already.")
    assert office.log.stored.topic == "refund"
    office.correct("confirm", "", 1, "Ben")
    assert office.told[0].endswith("has already moved it to finance, about refund")
    assert office.guide.read_text() == before


def test_a_question_that_somebody_deleted_is_answered_all_the_same(office: Office) -> None:
    asked = office.question()
    office.space.messages[asked["channel"]].clear()
    office.correct("confirm", "", 1, "Lena")
    assert "learned from correction" in office.guide.read_text()


def test_while_slack_is_down_the_answer_waits_and_is_written_once(office: Office) -> None:
    office.space.bot_token = "xoxb-2"
    with pytest.raises(NotNow, match=r"chat\.update .*invalid_auth"):
        office.correct("confirm", "", 1, "Lena")
    office.space.bot_token = "xoxb-1"
    office.correct("confirm", "", 1, "Lena")  # nothing new, and what came is delivered again
    assert office.guide.read_text().count("learned from correction") == 1
    assert office.said().startswith("⚖️ Lena answered: it is billing. Learnt. Taken out of the Doc: refund")

"""decide_move, a table a decision."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.rules import Condition, OpenHours, PriorityRule, Rules, Team, Topic, Vip
from contracts.ticket import Candidate, Customer, Move, Reading, Ticket
from services.router.domain import decide_move, pings_for

NOW = datetime(2026, 11, 23, 8, 54, tzinfo=UTC)


def rule(line: int, move: str, *conditions: tuple[str, str, str]) -> PriorityRule:
    when = [Condition(field=field, op=op, values=(value,) if value else ()) for field, op, value in conditions]  # type: ignore[arg-type]
    text = f"{move} when " + " and ".join(f"{field} {op} {value}".strip() for field, op, value in conditions)
    return PriorityRule(line=line, move=move, when=tuple(when), text=text)  # type: ignore[arg-type]


RULES = Rules(
    version=1,
    revision=41,
    published_at=NOW,
    topics=(
        Topic(name="outage", team="engineering", row=2),
        Topic(name="billing", team="finance", row=3),
        Topic(name="legal", team="nobody", row=4),
    ),
    teams=(
        Team(name="engineering", channel="engineering", lead="U0ENG", manager="U0BOSS", row=2),
        Team(name="finance", channel="finance", lead="U0FIN", row=3),
        Team(name="night", channel="night", lead="U0LEAD", on_call="U0CALL", manager="U0CALL", row=4),
        Team(name="triage", channel="triage", lead="U0TRI", manager="U0BOSS", row=5),
    ),
    urgent_words=("down", "losing sales", "refund", "停止"),
    vips=(
        Vip(match="northwind.example", line=1),
        Vip(match="globex.example", team="engineering", line=2),
        Vip(match="amelie@globex.example", team="night", line=3),
        Vip(match="gone.example", team="dissolved", line=4),
        Vip(match="initech.example", person="U0KEY", line=5),
    ),
    priority_rules=(
        rule(1, "priority", ("urgency", "is", "high")),
        rule(2, "escalate", ("tone", "is", "angry"), ("urgency", "is", "high")),
        rule(3, "escalate", ("customer", "is", "vip"), ("topic", "is", "outage")),
        rule(4, "priority", ("customer", "is", "vip")),
        rule(5, "priority", ("source", "is", "chat"), ("tone", "is not", "calm")),
        rule(6, "priority", ("text", "has", "chargeback")),
        rule(6, "priority", ("text", "has", "don't receive orders")),
        rule(7, "priority", ("text", "has urgent word", ""), ("topic", "is", "billing")),
    ),
)


def decide(ticket: dict[str, Any] | None = None, reading: dict[str, Any] | None = None, rules: Rules = RULES) -> Move:
    told: dict[str, Any] = {"email": "jo@shop.example"} | (ticket or {})
    customer = Customer(email=told.pop("email"), name=told.pop("name", None), handle=told.pop("handle", None))
    words = {"subject": "Hello", "text": "How do I change my billing address?", "source": "mail"} | told
    read = {"topic": "billing", "urgency": "low", "tone": "calm", "confidence": 0.97} | (reading or {})
    return decide_move(Ticket(ticket_id="T-1", customer=customer, received_at=NOW, **words), Reading(**read), rules)


@pytest.mark.parametrize(
    ("ticket", "reading", "kind", "team", "position"),
    [
        pytest.param({}, {}, "route", "finance", "normal", id="a plain ticket goes quietly"),
        pytest.param({}, {"urgency": "high"}, "priority", "finance", "top", id="urgent"),
        pytest.param({}, {"urgency": "high", "tone": "angry"}, "escalate", "finance", "top", id="loudest rule first"),
        pytest.param({"email": "a@northwind.example"}, {}, "priority", "finance", "top", id="vip"),
        pytest.param({"email": "A@NORTHWIND.Example"}, {}, "priority", "finance", "top", id="vip in capitals"),
        pytest.param({"email": "a@eu.northwind.example"}, {}, "priority", "finance", "top", id="vip subdomain"),
        pytest.param({"email": "a@notnorthwind.example"}, {}, "route", "finance", "normal", id="not a vip"),
        pytest.param(
            {"email": "a@northwind.example"}, {"topic": "outage"}, "escalate", "engineering", "top", id="vip outage"
        ),
        pytest.param({"source": "chat"}, {"tone": "confused"}, "priority", "finance", "top", id="is not"),
        pytest.param({"source": "chat"}, {}, "route", "finance", "normal", id="is not, but it is"),
        pytest.param({"text": "I will file a Chargeback!"}, {}, "priority", "finance", "top", id="text has a word"),
        pytest.param(
            {"text": "We don\u2019t receive orders"}, {}, "priority", "finance", "top", id="an apostrophe is one"
        ),
        pytest.param({"subject": "refund"}, {}, "priority", "finance", "top", id="urgent word in the subject"),
        pytest.param({"text": "where is the download?"}, {}, "route", "finance", "normal", id="down is not download"),
        pytest.param({"email": "b@globex.example"}, {}, "priority", "engineering", "top", id="pinned beats topic"),
        pytest.param({"email": "amelie@globex.example"}, {}, "priority", "night", "top", id="address beats domain"),
        pytest.param({"email": "b@gone.example"}, {}, "priority", "finance", "top", id="pin to a team that is no more"),
        pytest.param(
            {"email": "b@globex.example"}, {"topic": None}, "priority", "engineering", "top", id="pinned, topic unclear"
        ),
        pytest.param({}, {"topic": None}, "hold", "triage", "normal", id="unclear"),
        pytest.param({}, {"topic": "poetry"}, "hold", "triage", "normal", id="not on the sheet"),
        pytest.param({}, {"topic": "legal"}, "hold", "triage", "normal", id="topic of a team that is no more"),
        pytest.param({}, {"topic": "Billing"}, "route", "finance", "normal", id="topic in other case"),
        pytest.param({}, {"confidence": 0.49}, "hold", "triage", "normal", id="more likely wrong than right"),
        pytest.param({}, {"outcome": "unread", "topic": None}, "hold", "triage", "normal", id="unread"),
        pytest.param(
            {"text": "We are down"}, {"outcome": "unread", "topic": None}, "hold", "triage", "top", id="unread, urgent"
        ),
        pytest.param(
            {}, {"topic": None, "urgency": "high"}, "hold", "triage", "top", id="held though a rule would raise it"
        ),
        pytest.param({}, {"outcome": "too_short", "topic": None}, "hold", "triage", "normal", id="too short"),
        pytest.param({"subject": " ", "text": "\n"}, {}, "hold", "triage", "normal", id="empty"),
        pytest.param({"email": None}, {}, "hold", "triage", "normal", id="from nobody"),
        pytest.param(
            {"email": None, "handle": "jo42"}, {}, "route", "finance", "normal", id="a chat handle is somebody"
        ),
        pytest.param({"flags": ("spam",)}, {}, "hold", "triage", "normal", id="marked as spam"),
        pytest.param(
            {"email": "b@globex.example", "flags": ("virus",)}, {}, "hold", "triage", "top", id="a vip's virus"
        ),
    ],
)
def test_kind_team_and_position(
    ticket: dict[str, Any], reading: dict[str, Any], kind: str, team: str, position: str
) -> None:
    move = decide(ticket, reading)
    assert (move.kind, move.team, move.position) == (kind, team, position)


@pytest.mark.parametrize(
    ("ticket", "reading", "pings"),
    [
        pytest.param({}, {}, [], id="nobody for a route"),
        pytest.param({}, {"urgency": "high"}, [("lead", "U0FIN")], id="lead on priority"),
        pytest.param(
            {"email": "a@northwind.example"},
            {"topic": "outage"},
            [("manager", "U0BOSS"), ("lead", "U0ENG")],
            id="manager and lead on escalate",
        ),
        pytest.param({}, {"tone": "angry", "urgency": "high"}, [("lead", "U0FIN")], id="no manager named"),
        pytest.param({"email": "amelie@globex.example"}, {}, [("on call", "U0CALL")], id="on call before the lead"),
        pytest.param(
            {"email": "amelie@globex.example"},
            {"tone": "angry", "urgency": "high"},
            [("manager", "U0CALL")],
            id="nobody twice",
        ),
        pytest.param({"email": "x@initech.example"}, {}, [("owner", "U0KEY"), ("lead", "U0FIN")], id="pinned person"),
        pytest.param({}, {"topic": None}, [], id="nobody for a quiet hold"),
        pytest.param({}, {"topic": None, "urgency": "high"}, [("lead", "U0TRI")], id="triage lead for a loud hold"),
    ],
)
def test_who_is_pinged(ticket: dict[str, Any], reading: dict[str, Any], pings: list[tuple[str, str]]) -> None:
    assert [(ping.role, ping.who) for ping in decide(ticket, reading).pings] == pings


@pytest.mark.parametrize(
    ("ticket", "reading", "said"),
    [
        ({}, {}, "Topics, row 3: billing goes to finance"),
        ({}, {"urgency": "high"}, "Priority rules, line 1: priority when urgency is high"),
        ({"text": "we are down, down, DOWN and losing  sales"}, {}, "Urgent words: down, losing sales"),
        ({"email": "b@globex.example"}, {}, "VIP customers, line 2: globex.example is pinned to engineering"),
        ({}, {"topic": None, "why": "two topics fit"}, "the topic is not clear (two topics fit)"),
        (
            {},
            {"topic": None, "candidates": (Candidate(topic="billing", confidence=0.4),)},
            "likeliest: billing",
        ),
        ({}, {"topic": "legal"}, "Topics, row 4 names team “nobody”"),
        ({"flags": ("spam",)}, {}, "marked as spam"),
        ({}, {}, "Rules revision 41"),
    ],
)
def test_reasons_say_the_row_the_line_and_the_word(ticket: dict[str, Any], reading: dict[str, Any], said: str) -> None:
    assert any(said in reason for reason in decide(ticket, reading).reasons)


def test_without_a_triage_team_a_held_ticket_still_names_the_lane() -> None:
    rules = RULES.model_copy(update={"teams": RULES.teams[:2]})
    assert decide({}, {"topic": None}, rules).team == "triage"


WEEK = Team(
    name="week", channel="week", lead="U0LEAD", on_call="U0CALL", zone="Europe/Berlin", row=2,
    open=(OpenHours(days=(0, 1, 2, 3, 4), opens=9 * 60, closes=17 * 60),),
)  # fmt: skip
NIGHT = WEEK.model_copy(update={"open": (OpenHours(days=(4,), opens=22 * 60, closes=6 * 60),)})


@pytest.mark.parametrize(
    ("team", "at", "who"),
    [
        (WEEK, "2026-03-27T08:30Z", "U0LEAD"),  # Friday, 9:30 in winter
        (WEEK, "2026-03-27T07:30Z", "U0CALL"),
        (WEEK, "2026-03-30T07:30Z", "U0LEAD"),  # Monday, 9:30 in summer: the clocks changed on Sunday
        (WEEK, "2026-03-30T15:00Z", "U0CALL"),  # 17:00 sharp
        (WEEK, "2026-03-28T10:00Z", "U0CALL"),  # Saturday
        (NIGHT, "2026-11-27T22:00Z", "U0LEAD"),  # Friday, 23:00
        (NIGHT, "2026-11-28T04:59Z", "U0LEAD"),  # the same night, Saturday 5:59
        (NIGHT, "2026-11-28T05:00Z", "U0CALL"),
        (NIGHT, "2026-11-28T22:00Z", "U0CALL"),
        (WEEK.model_copy(update={"on_call": None}), "2026-03-28T10:00Z", "U0LEAD"),
        (WEEK.model_copy(update={"open": (), "zone": None}), "2026-03-27T08:30Z", "U0CALL"),
        (WEEK.model_copy(update={"lead": None}), "2026-03-27T08:30Z", "U0CALL"),
    ],
)
def test_the_lead_is_called_in_business_hours_and_outside_them_whoever_is_on_call(
    team: Team, at: str, who: str
) -> None:
    called = pings_for(team, "priority", None, at=datetime.fromisoformat(at))
    assert [ping.who for ping in called] == [who]


@pytest.mark.parametrize(
    ("email", "line"),
    [
        ("jo@GLOBEX.example", 2),
        ("jo@mail.globex.example", 2),
        ("jo@evil-globex.example", None),
        ("jo@globex.example.evil.example", None),
        ("globex.example@evil.example", None),
        ("Amelie+urgent@globex.example", 3),
        ("amelie@sub.globex.example", 2),
        ("jo@xn--bcher-kva.example", 6),
        ("jo@B\u00dcCHER.example", 6),
        ("jo@eu.bücher.example", 7),
        ("not an address", None),
        ("", None),
    ],
)
def test_whose_line_a_customer_is_on(email: str, line: int | None) -> None:
    more = (Vip(match="bücher.example", line=6), Vip(match="eu.xn--bcher-kva.example", line=7))
    vip = RULES.model_copy(update={"vips": RULES.vips + more}).vip(email)
    assert (vip and vip.line) == line


@pytest.mark.parametrize(
    ("ticket", "reading"),
    [
        ({}, {"topic": "billing"}),
        ({}, {"topic": "outage", "urgency": "high", "tone": "angry"}),
        ({"text": "We are losing sales, refund us"}, {"topic": "billing", "urgency": "high"}),
        ({"email": "ceo@northwind.example"}, {"topic": "outage", "urgency": "high"}),
        ({"email": "bob@globex.example"}, {"topic": "billing"}),
        ({"email": "key@initech.example"}, {"topic": "billing"}),
        ({"flags": ("spam",)}, {"topic": None}),
    ],
    ids=["calm", "escalated", "urgent word", "VIP", "VIP pinned to a team", "VIP pinned to a person", "spam"],
)
def test_what_a_machine_may_have_sent_waits_quietly_in_triage(ticket: dict[str, Any], reading: dict[str, Any]) -> None:
    move = decide({**ticket, "maybe_automatic": "it reads as an absence note"}, reading)
    assert (move.kind, move.team, move.position, move.pings) == ("hold", "triage", "normal", ())
    assert move.reasons[0] == "Held quietly: maybe automatic, it reads as an absence note"

"""Topics and examples that nobody can tell apart are said to the leads, stay in force, and are not seen everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.learning.adapters.slack import problem_blocks
from services.learning.app.publish import publish_rules, tell_leads
from services.learning.domain import Folder, Problem

Read = Callable[..., Folder]
HEAD = ["topic", "what it covers", "team"]
Topic = tuple[str, str]


def folder_of(read: Read, *topics: Topic, team: str = "finance", guide: str = "") -> Folder:
    others = iter(["engineering", team] * len(topics))
    return read(guide, topics=[HEAD, *([name, covers, next(others)] for name, covers in topics)])


LIST = "invoices, charges, payment methods, VAT, billing address, plan price, receipts"
OVERLAPPING: list[tuple[Topic, Topic]] = [
    # what they cover is the same, or nearly
    (("billing", "invoices, charges, VAT"), ("invoices", "invoices, charges, VAT")),
    (("billing", "invoices, charges, VAT"), ("invoices", "Charges; VAT; Invoice")),
    (("billing", "invoices, charges, and the VAT."), ("invoices", "our invoices / charges / VAT")),
    (("billing", LIST), ("money", f"{LIST}, refunds")),
    (("billing", LIST), ("money", LIST.replace("plan price", "plan cost"))),
    (("login", "cannot sign in"), ("access", "Cannot  sign in!")),
    (("how-to", "how do I"), ("questions", "How do I")),
    (("sales EMEA", "offers, quotes, contracts"), ("sales APAC", "offers, quotes, contracts")),
    (("billing", "invoices"), ("invoices", "")),
    (("outage", "the site is down"), ("downtime", "Our site down")),
    (("Rechnungen", "Rechnungen, Mahnungen und Zahlungen"), ("Buchhaltung", "Zahlungen, Rechnungen und Mahnungen")),
    (("facturation", "factures, paiements, TVA"), ("comptabilité", "Factures, paiements, TVA")),
    (("請求", "請求書、支払い、領収書"), ("会計", "領収書、請求書、支払い")),
    (("الفواتير", "الفواتير والدفع"), ("المالية", "الفواتير والدفع")),
    (("счета", "счета, оплата, НДС"), ("финансы", "оплата, счета, НДС")),
    (("ใบแจ้งหนี้", "ใบแจ้งหนี้และการชำระเงิน"), ("บัญชี", "ใบแจ้งหนี้และการชำระเงิน")),
    # one name in two spellings, whatever they cover
    (("invoice", "copies and corrections"), ("invoices", "late payment")),
    (("bugs", ""), ("Bug", "")),
    (("how-to", "settings"), ("howto", "everyday use")),
    (("log in", ""), ("Login", "")),
    (("sign-up", ""), ("Sign–ups", "")),
    (("delivery", ""), ("deliveries", "")),
    (("billing & payments", ""), ("Billing and Payments", "x")),
    (("café", "table reservations"), ("Cafe", "menus and prices")),
    (("Rechnung", ""), ("Rechnungen", "")),
    (("Anfrage", ""), ("Anfragen", "")),
    (("devolución", ""), ("devoluciones", "")),
    (("retour", ""), ("Retours", "")),
]


@pytest.mark.parametrize(("one", "other"), OVERLAPPING, ids=str)
@pytest.mark.parametrize("team", ["finance", "engineering"], ids=["two teams", "one team"])
def test_two_topics_that_cover_the_same_are_said_and_stay(read: Read, one: Topic, other: Topic, team: str) -> None:
    folder = folder_of(read, one, ("pets", "dogs, cats and their food"), other, team=team)
    (problem,) = folder.problems
    assert (problem.place, problem.fatal, problem.stays) == ("Topics, row 4", False, True)
    assert problem.quote.startswith(other[0])
    assert f"*{one[0]}*" in problem.wrong
    assert "row 2" in problem.wrong
    assert problem.cure
    assert folder.draft is not None
    assert [topic.row for topic in folder.draft.topics] == [2, 3, 4]


NOT_OVERLAPPING: list[tuple[Topic, Topic]] = [
    (("invoices", "problems with invoices"), ("terms", "questions about invoices' payment terms")),
    (("billing", "invoices, charges, VAT"), ("refund", "money back, charged twice")),
    (("billing", ""), ("refund", "")),
    (("billing", "TBD"), ("refund", "tbd")),
    (("billing", "-"), ("refund", "-")),
    (("billing", "…"), ("refund", "...")),
    (("Germany", f"{LIST} in Germany"), ("France", f"{LIST} in France")),
    (("Android", "crash, updates, fonts, dark, push on Android"), ("iOS", "crash, updates, fonts, dark, push on iOS")),
    (("returns", "label, box, courier, swap, size"), ("from abroad", "label, box, courier, swap, size, abroad")),
    (("payouts", "payments from us"), ("payments in", "payments to us")),
    (("import", "importing contacts"), ("export", "exporting contacts")),
    (("login", "can sign in, but sees nothing"), ("locked", "cannot sign in at all")),
    (("inbound", "calls from customers"), ("outbound", "calls to customers")),
    (("check in", ""), ("check out", "")),
    (("log in", ""), ("log on", "")),
    (("tier 1", "first questions"), ("tier 11", "hard questions")),
    (("C", "the C library"), ("C++", "the C++ templates")),
    (("print", "paper jams"), ("printer", "buying a device")),
    (("plan", "changing the plan"), ("plane", "flights")),
    (("order", "placing an order"), ("border", "customs papers")),
    (("bug", "one feature misbehaves"), ("outage", "the site is down")),
    (("delivery", "Where is my parcel"), ("delivery times", "How long does a parcel take")),
    (("Rechnung", "Fragen zur Rechnung"), ("Mahnung", "Fragen zur Mahnung")),
    (("Zahlungen", "Zahlungen von Kunden"), ("Auszahlungen", "Zahlungen an Kunden")),
    (("factures", "recevoir une facture"), ("paiements", "payer une facture")),
    (("請求", "請求書の発行"), ("返金", "返金の依頼")),
    (("คืนเงิน", "ขอคืนเงิน"), ("ใบแจ้งหนี้", "ขอใบแจ้งหนี้")),
    (("भुगतान", "भुगतान की समस्या"), ("वापसी", "वापसी की समस्या")),
    (("カキ", "牡蠣の注文"), ("ガキ", "子供の席")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), NOT_OVERLAPPING, ids=str)
def test_topics_that_share_some_words_are_no_news(read: Read, one: Topic, other: Topic) -> None:
    assert folder_of(read, one, other).problems == ()
    assert folder_of(read, other, one).problems == ()


ORDINARY = {
    "a clinic": [
        ("appointments", "book, move or cancel an appointment, check-up, waiting time"),
        ("emergencies", "severe pain, swelling, broken tooth, bleeding after treatment"),
        ("bills", "questions about a bill, instalments"),
        ("insurance", "questions about insurance, what the insurance pays"),
        ("children", "appointments for children, afraid of the dentist"),
    ],
    "a shop": [
        ("delivery", "late or lost delivery, tracking, change of address"),
        ("returns", "sending something back, refund after a return"),
        ("refunds", "refund not received, refund to another card"),
        ("order changes", "cancel or change an order that has not been sent yet"),
        ("orders", "placing an order, order confirmation not received"),
        ("account", "cannot log in, delete account, change e-mail"),
    ],
    "nothing said": [(f"topic {number}", "") for number in range(300)],
    "300 topics": [(f"part {number}", f"questions about part {number}, price and delivery") for number in range(300)],
}  # fmt: skip


@pytest.mark.parametrize("sheet", ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_sheet_is_read_without_a_word(read: Read, sheet: list[Topic]) -> None:
    assert folder_of(read, *sheet).problems == ()


def test_a_topic_is_named_once_however_many_it_overlaps_with(read: Read) -> None:
    folder = folder_of(read, *((f"topic {number}", "invoices, charges, VAT") for number in range(300)))
    assert [problem.place for problem in folder.problems] == [f"Topics, row {row}" for row in range(3, 302)]
    assert all("*topic 0* (row 2)" in problem.wrong for problem in folder.problems)
    assert folder.draft is not None


SAME_WORDS = [
    ("billing: Where is my invoice for March?", "bug: where is the invoice for March", 2),
    ("billing: The export to Excel is broken", "bug: our exports to Excel are broken!", 2),
    ("billing: Wo bleibt nun meine Rechnung für Monat März?", "bug: wo bleibt meine Rechnung für Monat März", 2),
    ("billing: 請求書、領収書をください", "bug: 領収書をください。請求書。", 2),
]  # fmt: skip
OTHER_WORDS = [
    ("billing: How do I change my billing address?", "bug: How do I change my e-mail address?"),
    ("billing: I can see the invoice", "bug: I cannot see the invoice"),
    ("billing: The invoice is wrong", "billing: the invoices are wrong"),
    ("billing: The site shows another amount on billing", "outage: The site shows another amount, an outage"),
    ("billing: Move money from my account", "bug: Move money to my account"),
    ("billing: Why was I charged", "bug: When was I charged"),
]


@pytest.mark.parametrize(("one", "other", "line"), SAME_WORDS)
def test_nearly_the_same_words_under_two_topics_are_said_and_stay(read: Read, one: str, other: str, line: int) -> None:
    folder = read(f"## Examples\n{one}\n{other}")
    (problem,) = folder.problems
    assert (problem.place, problem.quote, problem.stays) == (f"Examples, line {line}", other, True)
    assert "line 1" in problem.wrong
    assert "*billing*" in problem.wrong
    assert one.partition(": ")[2] in problem.cure
    assert folder.draft is not None
    assert [example.line for example in folder.draft.examples] == [1, 2]


@pytest.mark.parametrize(("one", "other"), OTHER_WORDS)
def test_other_words_or_one_topic_are_no_contradiction(read: Read, one: str, other: str) -> None:
    assert read(f"## Examples\n{one}\n{other}").problems == ()


def test_a_mistake_and_an_overlap_in_one_row_are_two_problems(read: Read) -> None:
    folder = read(topics=[HEAD, ["billing", "invoices, VAT", "finance"], ["money", "invoices, VAT", "finace"]])
    assert [(problem.place, problem.fatal) for problem in folder.problems] == [
        ("Topics, row 3", True),
        ("Topics, row 3", False),
    ]
    assert len({problem.id for problem in folder.problems}) == 2


def test_the_leads_are_told_once_and_again_when_it_comes_back(folder: Any, shelf: Any, leads: Any, now: Any) -> None:
    whole = [list(row) for row in folder.topics]
    doubled = [*whole, ["invoices", "VAT and invoices", "finance"]]
    for topics in (doubled, doubled, whole, doubled):
        folder.topics = topics
        publish_rules(folder=folder, shelf=shelf, now=now)
        tell_leads(shelf=shelf, leads=leads)
    assert leads.told == [(["Topics, row 6"], False)] * 2
    assert len(shelf.in_force().rules.topics) == 5


def test_a_note_of_an_older_version_is_still_read() -> None:
    noted = Problem("Doc", "Examples", 1, "x", "y", "z").as_dict()
    del noted["stays"]
    assert not Problem.from_dict(noted).stays


def said_in_slack(*problems: Problem) -> list[str]:
    return [block["text"]["text"] for block in problem_blocks(problems, None, kept_last_good=False)]


def test_slack_says_that_nothing_is_left_out(read: Read) -> None:
    topics = [(f"topic {number}", "invoices, charges, VAT") for number in range(300)]
    few, many = (folder_of(read, *topics[:size]).problems for size in (2, 300))
    (head, one), (heads, *shown, rest) = said_in_slack(*few), said_in_slack(*many)
    assert "says nearly the same twice.* Both stay in force" in head
    assert "in 299 places.* All of it stays in force" in heads
    assert "leave" not in head + heads
    assert one.startswith("*Sheet, Topics, row 3*: *topic 1* covers nearly the same as *topic 0* (row 2)")
    assert (len(shown), rest) == (15, "… and 284 more")


def test_slack_names_what_is_left_out_before_what_merely_overlaps(read: Read) -> None:
    overlaps = folder_of(read, *((f"topic {number}", "invoices, charges, VAT") for number in range(300))).problems
    mistake = Problem("Doc", "Priority rules", 4, "priority when mood is bad", "I do not know *mood*.", "")
    head, first, *_ = said_in_slack(*overlaps, mistake)
    assert "a line that I do not understand" in head
    assert "299 more say nearly the same" in head
    assert first.startswith("*Doc, Priority rules, line 4*")

"""What is sent, and what a newcomer would expect to become of it.

The expectations are for whoever reads the table. Nothing that sorts tickets sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.ticket import MoveKind, Source


@dataclass(frozen=True)
class Expected:
    """Where a sample should land, and how loudly."""

    move: MoveKind
    team: str
    kind: Literal["slack", "inbox"] = "slack"
    pinged: frozenset[str] = frozenset()
    """Roles that are called by name."""
    on_top: bool = False
    folded: bool = False
    """Becomes part of the customer's first ticket; nobody is called again."""


@dataclass(frozen=True)
class Sample:
    """One ticket."""

    title: str
    way: Source
    email: str
    name: str
    subject: str
    text: str
    expected: Expected


LEAD = frozenset({"lead"})

SAMPLES = (
    Sample(
        title="outage at a VIP",
        way="mail",
        email="nora.winter@northwind-traders.example",
        name="Nora Winter",
        subject="Our whole shop is down",
        text="Every page of our shop shows error 503 and nobody can order. We are losing sales. Please help.",
        expected=Expected("escalate", "engineering", pinged=frozenset({"lead", "manager"}), on_top=True),
    ),
    Sample(
        title="billing address",
        way="form",
        email="paula@kiosk-am-markt.example",
        name="Paula Brandt",
        subject="Billing address",
        text="We moved last month. How do I change the billing address on our invoices?",
        expected=Expected("route", "finance"),
    ),
    Sample(
        title="angry in the chat",
        way="chat",
        email="max@anvil-tools.example",
        name="Max Okafor",
        subject="",
        text="The export button does nothing when I pick last month. This is the third time I ask, this is ridiculous!",
        expected=Expected("priority", "engineering", pinged=LEAD, on_top=True),
    ),
    Sample(
        title="two letters",
        way="chat",
        email="lee@quiet-lane.example",
        name="Lee",
        subject="",
        text="hi",
        expected=Expected("hold", "triage"),
    ),
    Sample(
        title="a wish",
        way="mail",
        email="ivo@papelaria.example",
        name="Ivo Lima",
        subject="An idea for the reports",
        text="It would be great if I could schedule the reports by the hour. Please add that.",
        expected=Expected("route", "product"),
    ),
    Sample(
        title="a privacy request",
        way="form",
        email="greta@nordlicht.example",
        name="Greta Holm",
        subject="My personal data",
        text="Please delete all the personal data you hold about me under the GDPR.",
        expected=Expected("route", "privacy", kind="inbox"),
    ),
)

AGAIN = Sample(
    title="the same by a second lane",
    way="mail",
    email="max@anvil-tools.example",
    name="Max Okafor",
    subject="Export button",
    text="As I said in your chat: when I pick last month, the export button does nothing. I am fed up!",
    expected=Expected("priority", "engineering", folded=True),
)

MISROUTED = Sample(
    title="a misroute",
    way="mail",
    email="sam@parcel-house.example",
    name="Sam Novak",
    subject="Delivery address",
    text="How do I change my delivery address?",
    expected=Expected("route", "finance"),
)
"""Reads like *How do I change my billing address?*, an example that the doc has. It is no matter of money."""

RIGHT_PLACE = ("support", "how-to")
"""Team and topic where a person puts it."""

SIMILAR = Sample(
    title="one like it, after the lesson",
    way="form",
    email="yuki@tea-and-paper.example",
    name="Yuki Mori",
    subject="New delivery address",
    text="Where do I change my delivery address?",
    expected=Expected("route", "support"),
)

"""The ticket and what is read, decided and corrected about it: the nouns that the events carry."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from contracts.envelope import Contract, UtcTime

Source = Literal["mail", "form", "chat"]
Urgency = Literal["low", "medium", "high"]
Tone = Literal["calm", "confused", "angry"]
MoveKind = Literal["route", "priority", "escalate", "hold"]
CorrectionKind = Literal["reassigned", "bumped", "split", "unfolded"]

TEXT_LIMIT_BYTES = 100_000
"""UTF-8 bytes of ticket text that travel inside an event; the rest stays in S3 (an event must stay under 256 KB)."""

REST_LIMIT_BYTES = 40_000
"""UTF-8 bytes of what was folded away that travel inside an event beside the text; the whole is in ``raw``."""

SUBJECT_LIMIT_CHARS = 500


class ObjectRef(Contract):
    """Something too long for an event, kept in S3."""

    bucket: str
    key: str


class Customer(Contract):
    """Who wrote. At least one of the three names is known, or the ticket is held."""

    email: str | None = None
    name: str | None = None
    handle: str | None = Field(default=None, description="The chat tool's name for the customer.")
    verified: bool = Field(default=False, description="True when the identity was authenticated (aligned SPF/DKIM).")
    found_by: str = Field(
        default="from",
        description="Where the customer was found: from, reply-to, x-original-from, forward, form, chat.",
    )


class Attachment(Contract):
    """A file that came with the ticket."""

    name: str
    content_type: str
    size: int = Field(ge=0, description="Bytes.")
    ref: ObjectRef | None = None
    remark: str = Field(
        default="",
        description="What a person should know before they open it: not scanned for viruses, did not arrive.",
    )


class Folded(Contract):
    """What was taken out of the way before reading: nothing of it is lost, see ``Ticket.rest`` and ``Ticket.raw``."""

    lines: int = Field(ge=1, description="Lines of the message that are not in the ticket's text.")
    why: tuple[str, ...] = Field(
        min_length=1, description="In plain words, each once: quoted history, signature, footer, chat transcript."
    )


class RecentTicket(Contract):
    """An open ticket of the same customer: what the reading may say the new one is the same as."""

    ticket_id: str = Field(min_length=1)
    source: Source
    received_at: UtcTime
    words: str = Field(default="", description="Subject and first words, cut.")


class Ticket(Contract):
    """One problem of one customer, whichever way it came in."""

    ticket_id: str = Field(min_length=1)
    source: Source
    customer: Customer
    subject: str = ""
    text: str = Field(default="", description="What is new: the customer's own words, without quoted history.")
    text_cut: bool = Field(default=False, description="True when the text was longer than an event may carry.")
    attachments: tuple[Attachment, ...] = ()
    received_at: UtcTime
    raw: ObjectRef | None = Field(default=None, description="The ticket exactly as it came in.")
    message_id: str | None = Field(default=None, description="RFC 5322 Message-ID of a mail, for threading.")
    duplicate_of: str | None = Field(default=None, description="Ticket id of the original this one is a copy of.")
    follow_up_to: str | None = Field(default=None, description="Ticket id of the thread this one continues.")
    link_reason: str | None = Field(
        default=None, description="Why it was judged a copy or a follow-up, in plain words."
    )
    flags: tuple[str, ...] = Field(
        default=(), description="Why intake wants a person to look: spam, virus, unreadable."
    )
    topic_hint: str | None = Field(default=None, description="What the customer picked on the form. A hint, no order.")
    order_number: str | None = None
    folded: Folded | None = Field(default=None, description="What was folded away and why; null when nothing was.")
    rest: str = Field(
        default="",
        description="What was folded away, as people read it (of a chat: the whole conversation). Cut; whole in raw.",
    )
    maybe_automatic: str | None = Field(
        default=None, description="Why a machine may have sent it. It is held quietly; a person decides."
    )
    conversation_id: str | None = Field(default=None, description="The chat tool's id of the conversation.")
    recent: tuple[RecentTicket, ...] = Field(
        default=(), description="The customer's last open tickets, newest first, for the reading."
    )


class Candidate(Contract):
    """A topic the ticket might be about."""

    topic: str
    confidence: float = Field(ge=0, le=1)


class Reading(Contract):
    """What the one model call (or its absence) made of the ticket."""

    outcome: Literal["read", "unread", "too_short"] = Field(
        default="read", description="unread: the model stayed unavailable or unreadable. too_short: nothing to read."
    )
    topic: str | None = Field(description="A topic of the sheet, or null when unclear.")
    urgency: Urgency
    tone: Tone
    confidence: float = Field(ge=0, le=1, description="The chance that the topic is right.")
    confidence_before_outcomes: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="The same chance before the team's own outcomes moved it; null: not known.",
    )
    why: str = Field(default="", description="The model's reason in a few words, or why there is no reading.")
    candidates: tuple[Candidate, ...] = Field(default=(), description="Likeliest topics, best first.")
    model: str = Field(default="", description="Model id that read the ticket; empty when none did.")
    tokens_in: int = Field(default=0, ge=0)
    tokens_out: int = Field(default=0, ge=0)
    latency_ms: int = Field(default=0, ge=0)
    examples: tuple[str, ...] = Field(default=(), description="Ids of the labelled examples that were shown.")
    same_as: str | None = Field(
        default=None, description="Ticket id of one of the ticket's ``recent`` that tells of the same problem, checked."
    )
    same_because: str | None = Field(default=None, description="Why it was judged the same, in plain words.")
    second: Candidate | None = Field(
        default=None, description="A second problem in the same message, with the chance that there is one."
    )


class Ping(Contract):
    """A person called by name, once."""

    role: Literal["lead", "manager", "on call", "owner"] = Field(description="owner: the customer is pinned to them.")
    who: str = Field(description="Slack user id or e-mail address, as the team sheet has it.")


class Move(Contract):
    """Where the ticket goes and how loudly. There are four kinds and no fifth."""

    kind: MoveKind
    team: str
    position: Literal["top", "normal"]
    pings: tuple[Ping, ...] = ()
    reasons: tuple[str, ...] = Field(min_length=1, description="Plain words: the sheet row, the rule's line, the word.")
    vip: bool = Field(default=False, description="The customer is on the VIP list.")
    rules_revision: int = Field(ge=0)


class Destination(Contract):
    """Where a ticket was put."""

    kind: Literal["slack", "inbox"]
    address: str = Field(description="Slack channel name or inbox address.")
    ref: str = Field(description="Slack message timestamp, or Message-ID of the mail.")


class Person(Contract):
    """Who pressed the button."""

    id: str = Field(description="Slack user id or e-mail address.")
    name: str = ""


class Placement(Contract):
    """What a correction changes, before or after."""

    team: str
    topic: str | None = None
    urgency: Urgency | None = None
    kind: MoveKind | None = None


class Correction(Contract):
    """What a person changed."""

    kind: CorrectionKind
    before: Placement
    after: Placement
    corrected_by: Person
    corrected_at: UtcTime

    @property
    def is_yes(self) -> bool:
        """Whether it says that the correction before it was right: nothing moved, and nothing had been wrong."""
        return self.kind == "reassigned" and self.before == self.after

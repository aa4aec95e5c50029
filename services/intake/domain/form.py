"""What the contact form may say, and what is wrong when it may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from contracts.ticket import SUBJECT_LIMIT_CHARS
from services.intake.domain.text import clean, one_line
from services.intake.domain.typed_address import is_address, typed_address
from shared.errors import BadInput

BODY_LIMIT_BYTES = 64 * 1024
"""The largest body that ``POST /tickets`` and ``POST /chat`` take."""

FASTEST_S = 2.0
"""A form with a link in it that is sent sooner after its page was made was filled in by a machine. A link alone, or
haste alone, says nothing: browsers fill in forms too."""
_LINK = re.compile(r"https?://|www\.", re.I)

FIELDS = ("email", "message", "name", "subject", "topic", "order_number", "website", "started")


@dataclass(frozen=True)
class Form:
    """A contact form that may become a ticket."""

    email: str
    message: str
    name: str = ""
    subject: str = ""
    topic: str = ""
    order_number: str = ""
    by_machine: bool = False
    """A trap that people do not see was sprung: the ticket is held and marked, never lost."""

    def as_dict(self) -> dict[str, str | bool]:
        """The form as it is stored."""
        return asdict(self)


def faults_in(fields: Mapping[str, object]) -> list[BadInput]:
    """Everything that is wrong with a form, each with its field and the cure, in the page's order."""
    wrong = [name for name in FIELDS if not isinstance(fields.get(name), str | None)]
    if wrong:
        return [BadInput(name, "is not text", f"Send {name} as a string.") for name in wrong]
    faults = []
    email = typed_address(str(fields.get("email") or ""))
    if not email:
        faults.append(BadInput("email", "is missing", "Tell us the address we can answer to."))
    elif not is_address(email):
        faults.append(BadInput("email", "is not an e-mail address", "Write it like name@example.com."))
    if not clean(str(fields.get("message") or "")):
        faults.append(BadInput("message", "is missing", "Tell us in a sentence or two what you need."))
    return faults


def check_form(fields: Mapping[str, object], *, now: float | None = None) -> Form:
    """The form in ``fields``; ``now`` in unix seconds springs the time trap. Raises the first of ``faults_in``."""
    for fault in faults_in(fields):
        raise fault

    def line(name: str, limit: int) -> str:
        return one_line(str(fields.get(name) or ""), limit)

    return Form(
        email=typed_address(str(fields["email"])).lower(),
        message=clean(str(fields["message"])),
        name=line("name", 200),
        subject=line("subject", SUBJECT_LIMIT_CHARS),
        topic=line("topic", 100),
        order_number=line("order_number", 100),
        by_machine=fields.get("by_machine") is True
        or bool(fields.get("website"))
        or (_too_fast(fields, now) and _LINK.search(str(fields["message"])) is not None),
    )


def _too_fast(fields: Mapping[str, object], now: float | None) -> bool:
    started = str(fields.get("started") or "")
    if now is None or not re.fullmatch(r"\d{9,11}(?:\.\d{1,6})?", started):
        return False
    return -60 < now - float(started) < FASTEST_S

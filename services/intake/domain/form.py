"""What the contact form may say, and what is wrong when it may not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from contracts.ticket import SUBJECT_LIMIT_CHARS
from services.intake.domain.text import clean, one_line
from shared.errors import BadInput

BODY_LIMIT_BYTES = 64 * 1024
"""The largest body that ``POST /tickets`` and ``POST /chat`` take."""

_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\\[\]]{1,64}@(?:[^\s@<>(),;:\"\\\[\].]{1,63}\.)+[^\s@<>(),;:\"\\\[\].]{2,63}")
"""One plain address with a domain that has a dot (RFC 5321 §4.5.3.1 lengths), letters of any script."""


@dataclass(frozen=True)
class Form:
    """A contact form that may become a ticket."""

    email: str
    message: str
    name: str = ""
    subject: str = ""
    topic: str = ""
    order_number: str = ""

    def as_dict(self) -> dict[str, str]:
        """The form as it is stored."""
        return asdict(self)


def is_address(text: str) -> bool:
    """Whether ``text`` is one e-mail address that could be answered to."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def check_form(fields: Mapping[str, object]) -> Form:
    """The form in ``fields``. Raises BadInput naming the first field that is wrong and the cure."""
    for name in ("email", "message", "name", "subject", "topic", "order_number"):
        if not isinstance(fields.get(name, ""), str | None):
            raise BadInput(name, "is not text", f"Send {name} as a string.")
    email = str(fields.get("email") or "").strip()
    if not email:
        raise BadInput("email", "is missing", "Tell us the address we can answer to.")
    if not is_address(email):
        raise BadInput("email", "is not an e-mail address", "Write it like name@example.com.")
    message = clean(str(fields.get("message") or ""))
    if not message:
        raise BadInput("message", "is missing", "Tell us in a sentence or two what you need.")
    return Form(
        email=email.lower(),
        message=message,
        name=one_line(str(fields.get("name") or ""), 200),
        subject=one_line(str(fields.get("subject") or ""), SUBJECT_LIMIT_CHARS),
        topic=one_line(str(fields.get("topic") or ""), 100),
        order_number=one_line(str(fields.get("order_number") or ""), 100),
    )

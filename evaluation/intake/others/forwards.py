"""The customer of a forward, as email-forward-parser's bodies name them."""

from __future__ import annotations

import ast
import re

from evaluation.intake.others.fetch import HERE
from evaluation.intake.others.row import Row
from services.intake.domain.mail import read_mail

FORWARD = "From: Eve <eve@example.com>\nTo: support@example.com\nSubject: Fwd: x\n"


def forwards() -> Row:
    """email-forward-parser's bodies: who is found in a forward by one of our own people."""
    row = Row("email-forward-parser", "customer of a forward")
    tree = ast.parse(next(HERE.glob("email_forward_parser-*/*/tests/forward_parser_test.py")).read_text("utf-8"))
    texts: set[str] = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "From: " in node.value
        and "@" in node.value
    }
    for text in sorted(texts):
        sender = re.search(r"From: [^\n]*?([^\s<>\[\]:\"]+@[^\s<>\[\]]+)", text)
        if sender:
            mail = read_mail(f"{FORWARD}\n{text}".encode(), staff=("eve@example.com",))
            row.add(right=mail.customer.email == sender[1].lower(), said=f"{text[:120]!r} / {mail.customer.email}")
    return row

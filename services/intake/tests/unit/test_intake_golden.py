"""Mail of our own writing, each with the answer beside it: who the customer is, what is new, who sent it."""

import json
from pathlib import Path

import pytest

from services.intake.domain.mail import read_mail

GOLDEN = Path(__file__).parents[1] / "golden"
MAILS = sorted(GOLDEN.glob("*.eml"))
STAFF = ("example.com",)


def read(path):
    mail = read_mail(path.read_bytes(), staff=STAFF)
    return {
        "customer": mail.customer.email,
        "name": mail.customer.name,
        "found_by": mail.customer.found_by,
        "verified": mail.customer.verified,
        "subject": mail.subject,
        "text": mail.text,
        "forwarded": mail.forwarded,
        # a machine's: set aside, or a quiet ticket that says why
        "automatic": (mail.automatic or mail.maybe_automatic) is not None,
        "flags": list(mail.flags),
        "references": list(mail.references),
        "attachments": [file.name for file in mail.files],
    }


def test_there_are_mails():
    assert len(MAILS) >= 80


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_the_answer_is_the_one_beside_it(path):
    answer = json.loads(path.with_suffix(".json").read_text())
    got = read(path)
    for words in answer.pop("contains", ()):
        assert words in got["text"]
    assert {key: got[key] for key in answer} == answer

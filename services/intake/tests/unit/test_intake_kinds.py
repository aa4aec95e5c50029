"""Mails of each kind that went wrong once, in other words, languages and programs than those it went wrong with.

``of_each_kind.jsonl``: written kind by kind after the mending, run once, and mended by rule where it failed.
``held_out.jsonl``: written before the mending, from complaints in public issue threads. The numbered batches: each
written after the one before it was mended. First runs: docs/intake.md.
"""

import json
import re
import unicodedata
from pathlib import Path

import pytest

from services.intake.domain.mail import read_mail
from services.intake.domain.mail.content import content_of
from services.intake.domain.mail.mime import parse

HERE = Path(__file__).parents[1]
BATCHES = ("second", "third", "fourth", "fifth", "sixth", "seventh")
LINES = [
    json.loads(line)
    for name in ("of_each_kind", "held_out", *(f"{nth}_batch" for nth in BATCHES))
    for line in (HERE / "kinds" / f"{name}.jsonl").read_text("utf-8").splitlines()
]
GOLDEN = [(path.stem, path.read_bytes()) for path in sorted((HERE / "golden").glob("*.eml"))]


def plain(text):
    """Composed, blanks as one."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def wrong_with(expected, mail):
    """What is not as expected."""
    got = {
        "customer": mail.customer.email,
        "name": mail.customer.name,
        "subject": plain(mail.subject),
        "text": plain(mail.text),
        "forwarded": mail.forwarded,
        "message_id": mail.message_id,
        "automatic": (mail.automatic or mail.maybe_automatic) is not None,
    }
    files = [file.name for file in mail.files]
    anywhere = plain(" ".join((mail.text, mail.rest, mail.subject, *files)))
    for key, wanted in expected.items():
        if key in ("subject", "text"):
            yield from [f"{key}: {got[key]!r}"] if got[key] != plain(wanted) else []
        elif key in got:
            allowed = wanted if isinstance(wanted, list) else [wanted]
            yield from [f"{key}: {got[key]!r}"] if got[key] not in allowed else []
        elif key == "text_has":
            yield from [f"lacks {one!r}: {got['text']!r}" for one in wanted if plain(one) not in got["text"]]
        elif key == "text_lacks":
            yield from [f"has {one!r}" for one in wanted if plain(one) in got["text"]]
        elif key == "anywhere_has":
            yield from [f"nowhere {one!r}" for one in wanted if plain(one) not in anywhere]
        else:
            assert key == "attachments", key
            yield from [f"no file {one!r}" for one in wanted if one not in files]


@pytest.mark.parametrize("one", LINES, ids=[one["name"] for one in LINES])
def test_it_is_read_as_its_reader_expects(one):
    mail = read_mail(one["mail"].encode(), staff=one["staff"])
    assert list(wrong_with(one["expect"], mail)) == []


ALL = [*GOLDEN, *((one["name"], one["mail"].encode()) for one in LINES)]


@pytest.mark.parametrize("raw", [raw for _, raw in ALL], ids=[name for name, _ in ALL])
def test_every_word_that_can_be_read_is_in_reach(raw):
    """In the text, in what was folded away, in the subject, or in the name of a file."""
    mail = read_mail(raw, staff=("example.com",))
    there = set(re.findall(r"\w+", " ".join((mail.text, mail.rest, mail.subject, *(file.name for file in mail.files)))))
    readable = set(re.findall(r"\w+", content_of(parse(raw)).text()))
    assert readable - there == set()
    assert (mail.folded is None) == (mail.rest == "")
    assert all(mail.folded.why) if mail.folded else True

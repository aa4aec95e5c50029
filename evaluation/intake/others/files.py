"""Files, charsets and MIME: tnefparse's streams, and mail that Python's own reader finds no defect in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import test.test_email

from evaluation.intake.others.fetch import HERE
from evaluation.intake.others.replies import squeezed
from evaluation.intake.others.row import Row
from services.intake.domain.mail import read_mail
from services.intake.domain.mail.tnef import unpack


def winmail() -> Row:
    """tnefparse's streams: every file and the words that it finds, or the stream itself kept and listed."""
    sys.path.insert(0, str(next(HERE.glob("tnefparse-*/tnefparse-*"))))
    from tnefparse import TNEF  # type: ignore[import-not-found]

    row = Row("tnefparse", "winmail.dat opened, or kept and listed")
    for path in sorted(HERE.glob("tnefparse-*/*/tests/examples/*.tnef")):
        content = path.read_bytes()
        there = TNEF(content)
        ours = unpack(content)
        theirs = [bytes(one.data or b"") for one in there.attachments]
        found = [data for _, data in ours.files] if ours else []
        same = ours is not None and (not ours.whole or all(any(one in data for data in found) for one in theirs))
        row.add(right=bool(same), said=f"{path.name}: {list(map(len, theirs))} {list(map(len, found))}")
    return row


def mime() -> Iterator[Row]:
    """Subjects, senders, words and file names beside what Python's own library reads, where it reports no defect."""
    python = sorted(Path(test.test_email.__file__).parent.glob("data/msg_*.txt"))
    parser = sorted(path for path in HERE.glob("mail_parser-*/*/tests/mails/mail_*") if "outlook" not in path.name)
    for source, paths in (("CPython", python), ("mail-parser", parser)):
        row = Row(source, "MIME and charsets, beside the standard library where that finds no defect")
        for path in paths:
            raw = path.read_bytes()
            mail = message_from_bytes(raw, policy=policy.default)
            try:
                part = mail.get_body(("plain",))
                body = str(part.get_content()) if part else None
            except (LookupError, KeyError, ValueError):
                continue
            if body is None or any(one.defects for one in mail.walk()) or "\ufffd" in body:
                continue
            got = read_mail(raw)
            there = set(re.findall(r"\w+", f"{got.text} {got.rest}"))
            gone = set(re.findall(r"\w+", body)) - there
            names = {str(one.get_filename()) for one in mail.iter_attachments() if one.get_filename()}
            missing = names - {file.name for file in got.files}
            subject = squeezed(str(mail["subject"] or "")) == got.subject
            row.add(
                right=not gone and not missing and subject,
                said=f"{path.name}: {sorted(gone)[:5]} {missing} {got.subject!r}",
            )
        yield row

"""A mailbox through the services' own use cases: what would become of each mail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from local.stack.choices import ROOT

ASKED = """From: {who}
To: help@shop.example
Subject: {subject}
Message-ID: <{id}@x.example>
Date: Mon, 23 Nov 2026 09:0{at}:00 +0100
{more}
{text}
"""
BILLING = "How do I change the billing address on our invoices?"


def mail(number: int, text: str, *, who: str = "jane@shop.example", subject: str = "Question", more: str = "") -> str:
    return ASKED.format(who=who, subject=subject, id=f"m{number}", at=number, more=more, text=text)


def rehearse(path: Path, *words: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["rehearse", str(path), "--rules", str(ROOT / "rules"), "--json", *words])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_mail_is_told_the_doubtful_first(tmp_path: Path) -> None:
    mails = [
        mail(1, BILLING),
        mail(2, BILLING),
        mail(3, "hm", who="lee@shop.example"),
        mail(4, "I am away.", who="bot@shop.example", more="Auto-Submitted: auto-replied\n"),
        mail(5, "Every page shows error 503, nobody can order!", who="max@shop.example"),
    ]
    box = tmp_path / "box.mbox"
    box.write_text("".join(f"From x Mon Nov 23 09:00:00 2026\n{one}\n" for one in mails))
    said = rehearse(box, "--picture", str(tmp_path / "box.svg"))
    assert [one["became"] for one in said] == ["ticket", "ticket", "ticket", "set aside", "copy"]
    assert said[0]["move"] == "hold"
    assert {one["team"] for one in said[1:3]} == {"finance", "engineering"}
    assert all(one["why"] for one in said)
    assert (tmp_path / "box.svg").read_text().startswith("<svg")


def test_as_many_as_asked_for_and_folders_too(tmp_path: Path) -> None:
    for number in range(4):
        folder = tmp_path / f"team{number % 2}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.eml").write_text(mail(number, BILLING, who=f"c{number}@shop.example"))
    assert len(rehearse(tmp_path)) == 4
    assert len(rehearse(tmp_path, "--limit", "3")) == 3


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"no headers at all"])
def test_what_is_hardly_a_mail_stops_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.eml").write_bytes(content)
    (tmp_path / "b.eml").write_text(mail(1, BILLING))
    assert len(rehearse(tmp_path)) == 2


def test_a_paid_model_is_not_asked_without_a_yes(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(mail(1, BILLING))
    asked = ["rehearse", str(tmp_path), "--rules", str(ROOT / "rules"), "--model", "claude-haiku-4-5"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code != 0
    assert "nobody is here to be asked" in str(result.exception)

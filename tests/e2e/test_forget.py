"""``forget`` and ``export`` on the deployed system: searched for afterwards by a scan that knows nothing of them."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until
from tests.e2e.everything import everything_kept

WORD = "wombelstrak"
"""A word that no other ticket has: it must be gone from every place, learnt lines among them."""


@pytest.fixture
def cli(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """The command, speaking to the stack; its exit code and output."""
    del watch  # it has set LOCAL_DIR

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.output

    return run


def with_files(email: str, *, to: str) -> bytes:
    """A mail in German with a screenshot and a text file, encoded as programs do."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Jörg Wömbel <{email}>", to, f"Rückfrage zum {WORD}"
    mail["Message-ID"] = make_msgid(domain="kunde.example")
    mail.set_content(f"Guten Tag,\n\nwie ändere ich die Rechnungsadresse für den {WORD}?\nGrüße", cte="base64")
    picture = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    mail.add_attachment(picture, maintype="image", subtype="png", filename=f"{WORD}.png")
    mail.add_attachment(f"Kaufvertrag {WORD}\n", filename="Vertrag.txt")
    return mail.as_bytes()


def test_nothing_of_a_customer_is_left_and_all_of_the_others(
    send: Sender, watch: Watch, customer: Callable[..., str], landed: Callable[..., list[Row]], cli: Callable[..., Any],
    tmp_path: Path,
) -> None:  # fmt: skip
    gone, stays = customer(), customer()
    send.raw_mail(with_files(gone, to=watch.endpoints.support_address), sender=gone)
    (first,) = landed(gone)
    send.form(email=gone, subject=f"{WORD} order", message=f"I was charged twice for the {WORD}, please refund one.")
    send.chat(conversation=uuid.uuid4().hex, texts=[f"The {WORD} page shows error 503"], customer={"email": gone})
    send.mail(
        email=gone,
        subject="Out of office",
        text=f"The {WORD} desk is closed.",
        headers={"Auto-Submitted": "auto-replied"},
    )
    send.mail(email=stays, subject="Invoice", text=f"Please copy {gone} on our invoices from now on, thank you.")
    landed(gone, 3)
    (other,) = landed(stays)
    watch.press(first, action="reassign", value="support|how-to").raise_for_status()
    until(lambda: any(WORD in one.text for one in watch.rules().examples), seconds=60, what="the learnt line")

    code, said = cli("export", gone, "--to", str(tmp_path / "export"), "--json")
    assert code == 0
    assert len(json.loads(said)["tickets"]) == 3
    exported = b"\n".join(file.read_bytes() for file in (tmp_path / "export").rglob("*") if file.is_file())
    assert WORD.encode() in exported
    assert b"PNG" in exported
    assert other["ticket_id"].encode() not in exported

    code, said = cli("forget", gone, "--yes", "--receipt", str(tmp_path / "receipt.txt"))
    assert code == 0, said
    assert "nothing is left there" in said
    assert other["ticket_id"] in said
    receipt = (tmp_path / "receipt.txt").read_text()
    assert gone not in receipt
    assert WORD not in receipt
    assert "erased" in receipt

    # All but what names them in the other's own ticket, which was said and stays whole.
    kept = [where for where, text in everything_kept(watch) if gone in text.casefold() and stays not in text]
    assert kept == []
    assert [where for where, text in everything_kept(watch) if WORD in text.casefold()] == []
    assert watch.landed(stays)
    assert watch.message(other)
    code, said = cli("forget", gone, "--yes")
    assert code == 0
    assert f"Nothing is kept of {gone}" in said

    # The other's ticket can be forgotten by its number, and then nothing names them at all.
    assert cli("forget", other["ticket_id"], "--yes")[0] == 0
    assert [where for where, text in everything_kept(watch) if gone in text.casefold()] == []


def test_cut_short_it_is_taken_up_again(
    send: Sender, watch: Watch, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = f"visitor-{uuid.uuid4().hex[:8]}"
    send.chat(conversation=uuid.uuid4().hex, texts=["Where do I find the weekly report?"], customer={"handle": handle})
    until(lambda: [row for row in watch.log.each() if _is_before_a_team(row, handle)], seconds=60, what="the chat")
    with monkeypatch.context() as broken:
        broken.setattr("cli.erase.tables.Table.erase", _gone)
        assert cli("forget", handle, "--yes")[0] == 1
    assert [where for where, text in everything_kept(watch) if handle in text.casefold()] != []
    assert cli("forget", handle, "--yes")[0] == 0
    assert [where for where, text in everything_kept(watch) if handle in text.casefold()] == []


def _is_before_a_team(row: Row, handle: str) -> bool:
    return bool(row["destination"]) and (row["customer"] or {}).get("handle") == handle


def _gone(*_given: object) -> None:
    raise ConnectionError("the network is gone")

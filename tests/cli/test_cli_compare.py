"""What people did with their tickets, read from whatever they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.compare.told import Told, told_by
from shared.errors import BadInput

NONE: dict[str, str | None] = {}
MAIL = """From: Jane <jane@shop.example>
Subject: Re: [T-4F7K2M9QXA8B] Invoice
Message-ID: <m1@shop.example>
{more}

hi
"""


def read(path: Path, **columns: str) -> list[Told]:
    return list(told_by(path, columns={**NONE, **columns}))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Ticket ID,Group\nT-4F7K2M9QXA8B,Finance\n", "utf-8"),
        ("Requester email;Titre;Équipe\njane@shop.example;Facture;Finance\n", "cp1252"),
        ("Message-ID\tTopic\n<m1@shop.example>\tFinance\n", "utf-16"),
        ('E-Mail,Betreff,Kategorie\n"Jane <jane@shop.example>","Rechnung, zwei\nZeilen",Finance\n', "utf-8-sig"),
    ],
)
def test_columns_are_known_by_their_usual_names(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "moves.csv"
    file.write_bytes(text.replace("Titre", "Title").encode(encoding))
    (told,) = read(file)
    assert told.labels == ("Finance",)
    assert told.ticket_id or told.message_id or (told.email == "jane@shop.example" and told.subject)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Colour,Team\nred,finance\n", "no column says which ticket it is; there are: Colour, Team"),
        ("Ticket,Colour\nT-4F7K2M9QXA8B,red\n", "no column says where it went"),
        ("E-Mail,Team\na@b.example,finance\n", "no column says which ticket it is"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "moves.csv").write_text(text)
    with pytest.raises(BadInput, match=says):
        read(tmp_path / "moves.csv")


def test_a_column_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "moves.csv").write_text("Ticket,Where to\nT-4F7K2M9QXA8B,finance\n")
    assert read(tmp_path / "moves.csv", team="Where to")[0].labels == ("finance",)
    with pytest.raises(BadInput, match="no column “Wohin”"):
        read(tmp_path / "moves.csv", team="Wohin")


def test_labels_of_a_mailbox_and_folders_of_mails(tmp_path: Path) -> None:
    mbox = tmp_path / "all.mbox"
    mbox.write_text("From x\n" + MAIL.format(more='X-Gmail-Labels: Inbox,"Support/Billing",Opened'))
    (told,) = read(mbox)
    assert {"Support", "Billing"} <= set(told.labels)
    assert (told.ticket_id, told.message_id) == ("T-4F7K2M9QXA8B", "<m1@shop.example>")
    for folder, name in (("finance", "a.eml"), (".Support.Billing/cur", "1700000000.M1.host:2,S")):
        (tmp_path / "box" / folder).mkdir(parents=True)
        (tmp_path / "box" / folder / name).write_text(MAIL.format(more="X-A: b"))
    assert [told.labels for told in read(tmp_path / "box")] == [("Support", "Billing"), ("finance",)]


@pytest.mark.parametrize("content", [b"\0\1\2\3", b""])
def test_what_is_no_table_and_no_mailbox_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(content)
    with pytest.raises(BadInput):
        read(tmp_path / "x.bin")
    with pytest.raises(BadInput, match="there is no"):
        read(tmp_path / "gone.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no mail in it"):
        read(tmp_path / "empty")

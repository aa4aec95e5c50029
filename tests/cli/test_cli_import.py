"""Past tickets as other tools export them become a folder that rules check takes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.history.past import Past, as_text, read_files
from cli.history.proposal import chosen, propose
from cli.main import app
from shared.errors import BadInput

SAID = {
    "Billing": [
        "my invoice number {n} shows the wrong VAT rate",
        "please change the billing address on invoice {n}",
        "the card was charged for plan {n} although I paid by transfer",
    ],
    "Login": [
        "the password reset mail number {n} never arrives",
        "my two factor code {n} is refused and I am locked out",
        "cannot sign in since the update {n} of the app",
    ],
    "Shipping": [
        "my parcel {n} has not been delivered",
        "where is the courier with order {n}",
        "the tracking page of shipment {n} shows nothing",
    ],
}
EXTRA = ("today", "again", "since Monday", "on my phone", "for our office", "in Spain", "twice already", "after lunch")


def past(number: int = 60) -> list[tuple[str, str]]:
    """Label and words, all different."""
    return [
        (label, f"{texts[n % 3].format(n=n)} {EXTRA[n % 8]} {EXTRA[(n // 8) % 8]}")
        for n in range(number)
        for label, texts in SAID.items()
    ]


def as_csv(heading: list[str], rows: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([heading, *rows])
    return out.getvalue().encode()


def as_lines(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def numbered() -> list[tuple[int, str, str, str]]:
    """Number, label, words and address of each."""
    return [(n, label, text, f"c{n}@x.example") for n, (label, text) in enumerate(past())]


def zendesk() -> bytes:
    return as_lines(
        [
            {
                "id": n, "subject": "Help", "description": text, "group": {"name": f"{label} team"}, "type": "",
                "tags": ["web", label.lower()], "requester": {"email": email, "name": "Jane"},
            }
            for n, label, text, email in numbered()
        ]
    )  # fmt: skip


def freshdesk() -> bytes:
    heading = ["Ticket ID", "Subject", "Description", "Status", "Type", "Group", "Full name", "Email"]
    rows = [
        [str(n), "Help", f"<div>{text}<br></div>", "Closed", label, "", "Jane", email]
        for n, label, text, email in numbered()
    ]
    return as_csv(heading, rows)


def intercom() -> bytes:
    conversations = [
        {
            "source": {"subject": "", "body": f"<p>{text}</p>", "author": {"type": "user", "email": email}},
            "tags": {"type": "tag.list", "tags": [{"name": label}]},
        }
        for _, label, text, email in numbered()
    ]
    return json.dumps({"conversations": conversations}).encode()


def zammad() -> bytes:
    tickets = [
        {
            "number": n,
            "title": "Help",
            "group": label,
            "customer": email,
            "articles": [{"body": text}, {"body": "Done."}],
        }
        for n, label, text, email in numbered()
    ]
    return json.dumps(tickets).encode()


def freescout() -> bytes:
    heading = ["Conversation #", "Mailbox", "Tags", "Customer email", "Subject", "Body"]
    return as_csv(
        heading, [[str(n), "Support", label, email, "Help", text] for n, label, text, email in numbered()], ";"
    )


def osticket() -> bytes:
    heading = ["Ticket Number", "Date Created", "Subject", "From", "From Email", "Department", "Help Topic"]
    rows = [[str(n), "2026-01-01", text, "Jane", email, "Support", label] for n, label, text, email in numbered()]
    return b"\xef\xbb\xbf" + as_csv(heading, rows)


EXPORTS = {
    "zendesk.json": zendesk, "freshdesk.csv": freshdesk, "intercom.json": intercom, "zammad.json": zammad,
    "freescout.csv": freescout, "osticket.csv": osticket,
}  # fmt: skip


def run(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["import", *words, "--json"])
    assert result.exit_code == 0, (result.output, result.exception)
    return dict(json.loads(result.stdout))


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_each_tool_becomes_a_valid_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(EXPORTS[name]())
    said = run(str(tmp_path / name), "--to", str(tmp_path / "rules"), "--examples", "8")
    assert {topic.casefold() for topic in said["topics"]} == {"billing", "login", "shipping"}, said["columns"]
    assert said["problems"] == []
    assert said["forecast"]["n"] > 20
    checked = CliRunner().invoke(app, ["rules", "check", str(tmp_path / "rules")])
    assert checked.exit_code == 0, checked.output
    guide = (tmp_path / "rules" / "guide.md").read_text()
    assert "@x.example" not in guide
    assert (tmp_path / "rules" / "forecast.svg").read_text().startswith("<svg")


def test_a_mailbox_by_its_folders(tmp_path: Path) -> None:
    for n, (label, text) in enumerate(past(12)):
        (tmp_path / "box" / label).mkdir(parents=True, exist_ok=True)
        mail = f"From: c{n}@x.example\nSubject: Help\nMessage-ID: <{n}@x.example>\n\n{text}\n"
        (tmp_path / "box" / label / f"{n}.eml").write_text(mail)
    assert set(run(str(tmp_path / "box"), "--to", str(tmp_path / "rules"))["topics"]) == {
        "Billing",
        "Login",
        "Shipping",
    }


def test_a_folder_that_is_there_is_only_added_to(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        as_csv(["text", "topic"], [[text, label] for label, text in past() if label != "Login"])
    )
    (tmp_path / "b.csv").write_bytes(as_csv(["text", "topic"], [[text, label] for label, text in past()]))
    to = tmp_path / "rules"
    run(str(tmp_path / "a.csv"), "--to", str(to))
    before = {file.name: file.read_text() for file in to.glob("*.*") if file.suffix in (".csv", ".md")}
    again = CliRunner().invoke(app, ["import", str(tmp_path / "b.csv"), "--to", str(to)])
    assert "already" in str(again.exception)
    shown = CliRunner().invoke(app, ["import", str(tmp_path / "b.csv"), "--to", str(to), "--update"])
    assert "+Login" in shown.stdout
    assert {name: (to / name).read_text() for name in before} == before
    said = run(str(tmp_path / "b.csv"), "--to", str(to), "--update", "--yes")
    assert said["problems"] == []
    for name, text in before.items():
        after = (to / name).read_text()
        assert all(line in after for line in text.splitlines())
    assert "Login" in (to / "topics.csv").read_text()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no row"),
        (b"PK\x03\x04\x00\x00zip", "no text"),
        (b"colour,topic\nred,a\n", "no column has the customer's words"),
        (b"text,colour\nhello,red\n", "no column says where a ticket ended"),
        (b"text,topic\n,a\n", "no ticket with any words"),
        (b"text,topic\nhello there,a\n", "no topic has enough tickets"),
        (b'{"text": "a"}\n{broken\n', "no JSON"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    result = CliRunner().invoke(app, ["import", str(tmp_path / "x.csv"), "--to", str(tmp_path / "rules")])
    assert isinstance(result.exception, BadInput)
    assert says in str(result.exception)
    assert not (tmp_path / "rules").exists()


def test_personal_data_and_doubles_stay_out() -> None:
    tickets = [
        Past(f"call +49 170 123456{n % 10} or jane{n}@x.example about invoice {EXTRA[n % 8]} {n}", ("billing",))
        for n in range(24)
    ]
    found = propose([*tickets, *tickets], examples=10)
    assert found.duplicates >= 24
    said = "\n".join(found.topics[0].examples)
    assert "@" not in said.replace("[e-mail]", "")
    assert "170" not in said


def test_examples_are_unlike_each_other() -> None:
    same = ["where is my parcel"] * 5 + ["Where is my parcel, please?"]
    assert len(chosen([*same, "the invoice is wrong", "I cannot sign in"], 5)) == 3


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("<p>Hello&nbsp;there</p><style>x{}</style>", "Hello there"),
        ("a < b and c > d", "a < b and c > d"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
    ],
)
def test_html_is_read_as_text(said: str, plain: str) -> None:
    assert " ".join(as_text(said).split()) == plain


def test_columns_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Was,Wohin\nhello,finance\n")
    read = read_files([tmp_path / "x.csv"], {"text": "Was", "team": "Wohin"})
    assert (read.tickets[0].text, read.tickets[0].team) == ("hello", "finance")
    with pytest.raises(BadInput, match="no column “Was nicht”"):
        read_files([tmp_path / "x.csv"], {"text": "Was nicht"})

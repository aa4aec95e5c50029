"""Everything the customer sent is where the ticket lies, or one press away, and nothing of it can do harm."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from contracts.ticket import Ticket
from services.dispatch import app
from services.dispatch.adapters.originals import disposition
from services.dispatch.domain.sent import safe_name

ONE = "T-000000000001"
RAW = (
    b"From: Olga <olga1@northwind.example>\r\nTo: support@example.com\r\nSubject: Store down\r\n"
    b"Message-ID: <m1@northwind.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Our store is down, help. \xc3\xbc\r\n\r\n> On Monday you wrote\r\n"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def ref(key: str) -> dict[str, str]:
    return {"bucket": "mail", "key": key}


def file(name: str, content_type: str = "image/png", size: int = len(PNG), key: str | None = "a1") -> dict[str, Any]:
    return {"name": name, "content_type": content_type, "size": size, "ref": ref(key) if key else None}


SENT = {
    "raw": ref("inbound/1"),
    "attachments": [file("screen.png"), file("big.pdf", "application/pdf", 50_000_000, "a2")],
    "rest": "On Monday you wrote",
    "folded": {"lines": 1, "why": ["quoted history"]},
    "message_id": "<m1@northwind.example>",
}


@pytest.fixture
def desk(dispatch: Any) -> Any:
    dispatch.originals.objects = {"inbound/1": RAW, "a1": PNG, "a2": b"x" * 50_000_000}
    return dispatch


def ask(desk: Any, ticket_id: str = ONE) -> str:
    parts = (desk.log, desk.effects, desk.places, desk.rules, desk.bus, lambda: desk.tick())
    return app.attach_everything(desk.log.get(ticket_id), outside=app.Outside(*parts))


def test_files_lie_in_the_thread_and_what_does_not_says_so(desk: Any, make: Any) -> None:
    desk.decide(make.decided(**SENT))
    assert desk.slack.files[("engineering", "screen.png")] == PNG
    words = desk.slack.top("engineering")[0].words()
    assert "In the thread: screen.png (1 kB)" in words
    assert "Not shown here: big.pdf (50.0 MB, too large). See ⋯ → All they sent" in words
    assert "1 lines not shown (quoted history)" in words
    assert ("engineering", "big.pdf") not in desk.slack.files


def test_one_press_brings_the_rest_and_the_original(desk: Any, make: Any) -> None:
    desk.decide(make.decided(**SENT))
    said = ask(desk)
    assert desk.slack.files[("engineering", f"{ONE}-rest.txt")] == b"On Monday you wrote"
    assert desk.slack.files[("engineering", f"{ONE}.eml")] == RAW
    assert (
        said
        == f"All of {ONE} is in its thread, but big.pdf (too large): ticket-router original {ONE} --save DIR has it"
    )
    known = dict(desk.slack.files)
    ask(desk)
    assert desk.slack.files == known


def test_a_chat_has_its_conversation_in_the_thread(desk: Any, make: Any) -> None:
    desk.decide(make.decided(source="chat", rest="bot: Hi\nOlga: the second one"))
    assert desk.slack.files[("engineering", f"{ONE}-conversation.txt")] == b"bot: Hi\nOlga: the second one"


def test_what_is_flagged_is_shown_nowhere_and_says_so(desk: Any, make: Any) -> None:
    desk.decide(make.decided(flags=["virus"], **SENT))
    ask(desk)
    assert {name for _, name in desk.slack.files} == {f"{ONE}-rest.txt"}
    assert "screen.png (1 kB, flagged as a virus)" in desk.slack.top("engineering")[0].words()
    desk.decide(make.decided(2, team="privacy", flags=["virus"], **SENT))
    mail = desk.ses.sent[-1][1]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["T-000000000002-rest.txt"]
    assert "flagged as a virus" in mail.get_body(("plain",)).get_content()


def test_a_moved_ticket_takes_its_files_along_once(desk: Any, make: Any) -> None:
    desk.decide(make.decided(**SENT))
    desk.do("reassign", ONE, choice="finance|billing")
    desk.settle(ONE)
    assert desk.slack.files[("finance", "screen.png")] == PNG


@pytest.mark.parametrize("trouble", ["gone", "refused"])
def test_a_file_that_cannot_be_shown_stops_nothing(desk: Any, make: Any, trouble: str) -> None:
    if trouble == "gone":
        del desk.originals.objects["a1"]
    else:
        desk.slack.refuses.add("screen.png")
    desk.decide(make.decided(**SENT))
    assert desk.log.get(ONE).is_settled
    assert "screen.png" in ask(desk)


def test_an_upload_whose_answer_was_lost_is_not_repeated(desk: Any, make: Any) -> None:
    desk.decide(make.decided(**SENT))
    title = f"screen.png ({ONE}, 1 of 2)"
    effect = next(name for name in desk.effects.finished if f".file.{title}." in name)
    desk.effects.finished.remove(effect)
    del desk.effects.answers[effect]
    desk.effects.crash()
    desk.slack.files[("engineering", "screen.png")] = b"first"
    desk.settle(ONE)
    assert desk.slack.files[("engineering", "screen.png")] == b"first"


def test_an_inbox_gets_the_files_and_a_mail_that_can_be_answered(desk: Any, make: Any) -> None:
    desk.decide(make.decided(team="privacy", **SENT))
    mail = desk.ses.sent[-1][1]
    parts = {part.get_filename(): part for part in mail.iter_attachments()}
    assert set(parts) == {f"{ONE}.eml", f"{ONE}-rest.txt", "screen.png"}
    assert parts["screen.png"].get_content() == PNG
    assert parts[f"{ONE}-rest.txt"].get_content_charset() == "utf-8"
    original = parts[f"{ONE}.eml"].get_content()
    assert parts[f"{ONE}.eml"].get_content_type() == "message/rfc822"
    assert (original["From"], original["Message-ID"]) == ("Olga <olga1@northwind.example>", "<m1@northwind.example>")
    assert "Our store is down, help. ü" in original.get_content()
    said = mail.get_body(("plain",)).get_content()
    assert "open it and press Reply there" in said.replace("\r\n", " ")
    assert "Not enclosed: big.pdf (too large)" in said
    assert all(byte < 128 for byte in mail.as_bytes())


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff" * 5000, b"Subject: =?utf-8?q?=0d=0aX: y?=\r\n\r\nhi",
     b"Content-Type: multipart/mixed\r\n\r\nno border",
     b"Content-Transfer-Encoding: base64\r\n\r\n%%%",
     b"From: \xff\xfe\r\nContent-Type: text/plain; charset=klingon\r\n\r\n\xe9",
     b"A" * 100_000, b"Content-Type: message/rfc822\r\n\r\n" * 60 + b"x"],
)  # fmt: skip
def test_whatever_came_is_enclosed_and_the_mail_stays_whole(desk: Any, make: Any, raw: bytes) -> None:
    desk.originals.objects["inbound/1"] = raw
    desk.decide(make.decided(team="privacy", raw=ref("inbound/1")))
    mail = desk.ses.sent[-1][1]
    assert [part.get_filename() for part in mail.iter_attachments()] == [f"{ONE}.eml"]
    assert mail["To"] == "privacy@example.com"
    assert mail.get_body(("plain",)) is not None


def test_what_a_program_might_run_is_enclosed_as_bytes(desk: Any, make: Any) -> None:
    desk.decide(make.decided(team="privacy", attachments=[file("x.html", "text/html"), file("x.svg", "image/svg+xml")]))
    kinds = [part.get_content_type() for part in desk.ses.sent[-1][1].iter_attachments()]
    assert kinds == ["application/octet-stream"] * 2


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Bildschirmfoto 2026.png", "Bildschirmfoto 2026.png"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\x.exe", "C_Windows_x.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nContent-Type: text/html.png", "a Content-Type_ text_html.png"),
        ("x" * 300 + ".pdf", "x" * 75 + "….pdf"),
        ("...", ""),
        ("\x00\x01", ""),
        ("résumé.pdf", "résumé.pdf"),
    ],
)
def test_a_file_name_is_harmless_and_keeps_its_ending(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ['a".png', "a\r\nX: y.png", "写真.png", "100%.txt"])
def test_a_download_names_its_file_in_one_header(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    found = message_from_bytes(f"Content-Disposition: {header}\r\n\r\n".encode(), policy=default)
    assert found.get_content_disposition() == "attachment"


def test_every_original_is_reached_from_both_places(new_dispatch: Any, make: Any) -> None:
    """A hundred mails: the original is a file of the thread, byte for byte, and a mail in the mail."""
    for number in range(100):
        raw = RAW + f"line {number} ".encode() * number + bytes([number, 10])
        desk = new_dispatch()
        desk.originals.objects = {"inbound/1": raw}
        desk.decide(make.decided(1, raw=ref("inbound/1")))
        ask(desk)
        assert desk.slack.files[("engineering", f"{ONE}.eml")] == raw
        desk.decide(make.decided(2, team="privacy", raw=ref("inbound/1")))
        (part,) = desk.ses.sent[-1][1].iter_attachments()
        inside = part.get_payload(0) if part.is_multipart() else message_from_bytes(part.get_content(), policy=default)
        assert f"line {number} ".strip() in inside.get_content() or number == 0


def test_a_ticket_of_before_this_has_nothing_more(desk: Any, make: Any) -> None:
    desk.decide(make.decided())
    assert ask(desk) == f"There is no more of {ONE} than the message shows"
    assert isinstance(desk.log.get(ONE).ticket, Ticket)

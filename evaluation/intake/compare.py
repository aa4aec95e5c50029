"""Intake's mail engine beside the libraries people would reach for, on the same mails (services/intake/tests/golden).

Run it in a scratch environment that has this project's dependencies and the libraries:
``pip install mail-parser email-reply-parser mail-parser-reply quotequail talon email-forward-parser``.
Prints a Markdown table. A library is asked only what it claims to answer.
"""

from __future__ import annotations

import email
import email.policy
import json
import sys
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from services.intake.domain.mail import read_mail

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "services" / "intake" / "tests" / "golden"
LANGUAGES = ["en", "de", "fr", "it", "es", "nl", "pl", "sv", "da", "pt", "ja", "ko", "zh", "cs", "fi", "no", "he"]


def mails(*groups: str) -> list[tuple[bytes, dict[str, Any]]]:
    """The golden mails of some groups, each with its answer."""
    paths = (path for path in sorted(GOLDEN.glob("*.eml")) if path.name.partition("-")[0] in groups)
    return [(path.read_bytes(), json.loads(path.with_suffix(".json").read_text())) for path in paths]


def body(raw: bytes) -> str:
    """The text the standard library finds: what text libraries are given."""
    part = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain", "html"))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def squeezed(text: str | None) -> str:
    """Text without differences in white space."""
    return " ".join((text or "").split())


def replies(name: str, new_words: Callable[[bytes], str | None]) -> list[str]:
    """How a library does on replies: exact, near (0.9 alike), and the share of new words it keeps."""
    exact = near = 0
    kept, total = 0, 0
    cases = mails("reply")
    for raw, answer in cases:
        want, got = squeezed(answer["text"]), squeezed(safely(new_words, raw))
        exact += want == got
        near += SequenceMatcher(None, want, got).ratio() >= 0.9
        total += len(want.split())
        kept += sum(word in got.split() for word in want.split())
    n = len(cases)
    return [
        name,
        "new words of a reply",
        str(n),
        f"exact {exact / n:.2f}, near {near / n:.2f}, kept {kept / total:.3f}",
    ]


def forwards(name: str, inner: Callable[[bytes], tuple[str | None, str | None] | None]) -> list[str]:
    """How a library does on forwards by our own people: the customer's address, and the words."""
    sender = words = 0
    cases = mails("forward")
    for raw, answer in cases:
        got = safely(inner, raw) or (None, None)
        sender += (got[0] or "").lower() == answer.get("customer", "")
        words += "text" not in answer or squeezed(got[1]) == squeezed(answer["text"])
    n = len(cases)
    return [name, "customer of a forward", str(n), f"customer {sender / n:.2f}, words {words / n:.2f}"]


def structures(name: str, parsed: Callable[[bytes], tuple[str, str, list[str]] | None]) -> list[str]:
    """How a library does on broken MIME: text, subject and file names."""
    right = 0
    cases = mails("mime")
    for raw, answer in cases:
        subject, text, files = safely(parsed, raw) or ("", "", [])
        got = {"subject": squeezed(subject), "text": squeezed(text), "attachments": files}
        want = {
            key: squeezed(value) if isinstance(value, str) else value for key, value in answer.items() if key in got
        }
        right += all(got[key] == value for key, value in want.items()) and all(
            piece in text for piece in answer.get("contains", ())
        )
    return [name, "charset and MIME", str(len(cases)), f"right {right / len(cases):.2f}"]


def safely(act: Callable[[bytes], Any], raw: bytes) -> Any:
    """The answer, or None when the library raises."""
    try:
        return act(raw)
    except Exception:
        return None


def rows() -> list[list[str]]:
    """One row per library and task."""
    import mailparser
    import quotequail
    import talon
    from email_reply_parser import EmailReplyParser
    from emailforwardparser.client import EmailParserClient
    from mailparser_reply import EmailReplyParser as ManyLanguages
    from talon import quotations

    talon.init()

    def ours(raw: bytes) -> Any:
        return read_mail(raw, staff=("example.com",))

    def standard(raw: bytes) -> tuple[str, str, list[str]]:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        names = [part.get_filename() or "" for part in message.iter_attachments()]
        return str(message["subject"] or ""), body(raw), names

    def with_mail_parser(raw: bytes) -> tuple[str, str, list[str]]:
        mail = mailparser.parse_from_bytes(raw)
        return mail.subject, "\n".join(mail.text_plain or mail.text_html), [a["filename"] for a in mail.attachments]

    def unwrapped(raw: bytes) -> tuple[str | None, str | None] | None:
        found = quotequail.unwrap(body(raw))
        return (email.utils.parseaddr(found.get("from", ""))[1], found.get("text")) if found else None

    def forward_parser(raw: bytes) -> tuple[str | None, str | None]:
        found = EmailParserClient().get_original_metadata(raw.decode("utf-8", "replace")).email
        return found.from_.address, found.body

    def quotequail_new(raw: bytes) -> str:
        return "\n".join(text for shown, text in quotequail.quote(body(raw)) if shown)

    return [
        replies("**intake**", lambda raw: ours(raw).text),
        replies("mail-parser-reply", lambda raw: ManyLanguages(languages=LANGUAGES).read(body(raw)).latest_reply),
        replies("email-reply-parser", lambda raw: EmailReplyParser.parse_reply(body(raw))),
        replies("talon (plain)", lambda raw: quotations.extract_from_plain(body(raw))),
        replies("quotequail", quotequail_new),
        forwards("**intake**", lambda raw: (ours(raw).customer.email, ours(raw).text)),
        forwards("email-forward-parser", forward_parser),
        forwards("quotequail", unwrapped),
        structures("**intake**", lambda raw: (ours(raw).subject, ours(raw).text, [f.name for f in ours(raw).files])),
        structures("standard library", standard),
        structures("mail-parser", with_mail_parser),
    ]


if __name__ == "__main__":
    print("| library | asked for | mails | result |\n|---|---|---|---|")
    for row in rows():
        print("| " + " | ".join(row) + " |")
    sys.exit(0)

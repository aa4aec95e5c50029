"""New words of a reply, as talon, planer, quotequail and parse-reply expect them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from textwrap import dedent

from evaluation.intake.others.fetch import HERE
from evaluation.intake.others.row import Count, Row
from services.intake.domain.mail import read_mail

REPLY = "From: Jo Poe <jo@poe.example>\nTo: support@example.com\nSubject: Re: x\nIn-Reply-To: <1@example.com>\n"


def rows() -> Iterator[Row]:
    """A row a library, and one over all of them."""
    found = [
        _replies("talon", of_talon()),
        _replies("planer", of_planer()),
        _replies("quotequail", of_quotequail()),
        _replies("parse-reply", of_parse_reply()),
    ]
    yield from found
    yield Row(
        "all four",
        "the same",
        sum(row.of for row in found),
        sum((row.theirs for row in found), Count()),
        sum((row.ours for row in found), Count()),
    )


def _replies(source: str, cases: Iterator[tuple[bytes, str]]) -> Row:
    """New words of a reply. Those libraries leave signatures where they are: a signature that was folded away as one
    is put back before the texts are compared. *Ours*: where they expect quoted lines among the new words, what they
    expect without them.
    """
    row = Row(source, "new words of a reply")
    for raw, want in cases:
        mail = read_mail(raw)
        got = squeezed(mail.text)
        signs = mail.folded is not None and bool({"signature", "footer"} & set(mail.folded.why))
        signature = [line for line in mail.rest.split("\n") if signs and line.strip() and line.strip() in want]
        said = f"{got} {' '.join(signature)}".split()
        right = _counted(row.theirs, want, got, said)
        by_ours = _counted(row.ours, want if right else without_quotations(want), got, said)
        row.add(right=right, by_ours=by_ours, said=f"{want[:90]!r} / {got[:160]!r}")
    return row


def without_quotations(text: str) -> str:
    """A text without its lines marked with ``>`` and the line above them that says whose they are."""
    lines = [line for line in text.split("\n") if line.strip()]
    below = [*lines[1:], ""]
    return "\n".join(
        line
        for line, after in zip(lines, below, strict=True)
        if not line.lstrip().startswith(">") and not (line.endswith(":") and after.lstrip().startswith(">"))
    )


def _counted(count: Count, want: str, got: str, said: list[str]) -> bool:
    count.words += len(want.split())
    count.words_kept += sum(word in said for word in want.split())
    return squeezed(want) == got or sorted(want.split()) == sorted(said)


def squeezed(text: str) -> str:
    """Text without differences in white space."""
    return " ".join(text.split())


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

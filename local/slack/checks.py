"""Small checks on JSON, out of which Block Kit's rules are made; worded as Slack words them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""Looks at a value at a JSON pointer and yields what is wrong with it."""


def error(problem: str, at: str) -> str:
    """A fault, with where it is."""
    return f"[ERROR] {problem} [json-pointer:{at}]"


def string(most: int, least: int = 1) -> Check:
    """A string of ``least`` to ``most`` characters."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield error("must be a string", at)
        elif len(value) < least:
            yield error(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield error(f"must be less than {most + 1} characters", at)

    return check


def one_of(*allowed: Any) -> Check:
    """One of these values."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield error(f"must be one of {', '.join(map(str, allowed))}", at)

    return check


def items(least: int, most: int, each: Check) -> Check:
    """An array of ``least`` to ``most`` items, each of which passes ``each``."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield error("must be an array", at)
            return
        if len(value) > most:
            yield error(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield error(f"no fewer than {least} items allowed" if least > 1 else "must provide at least 1 item", at)
        for number, item in enumerate(value):
            yield from each(item, f"{at}/{number}")

    return check


def anything(_value: Any, _at: str) -> Iterator[str]:
    """No check."""
    yield from ()


def boolean(value: Any, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield error("must be a boolean", at)


def whole(least: int, most: int) -> Check:
    """A whole number in this range."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield error(f"must be a whole number from {least} to {most}", at)

    return check


def object_of(fields: dict[str, Check], *required: str) -> Check:
    """An object with these fields and no other (Slack refuses what it does not know)."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield error("must be an object", at)
            return
        for name in required:
            if name not in value:
                yield error(f"missing required field: {name}", at)
        for name, given in value.items():
            if name not in fields:
                yield error(f"invalid additional property: {name}", at)
            elif given is not None or name in required:
                yield from fields[name](given, f"{at}/{name}")

    return check


def text_object(most: int, *kinds: str, least: int = 1) -> Check:
    """A text object of one of these types, of at most ``most`` characters."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        fields: dict[str, Check] = {"type": one_of(*kinds), "text": string(most, least)}
        fields |= {"emoji": boolean} if kind == "plain_text" else {"verbatim": boolean}
        yield from object_of(fields, "type", "text")(value, at)

    return check


def by_type(kinds: dict[str, Check], what: str) -> Check:
    """An object whose ``type`` is one of these; its own check decides about the rest."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield error("must be an object", at)
        elif (kind := value.get("type")) not in kinds:
            yield error(f"unsupported type: {kind!r} is no {what} that is allowed here", at)
        else:
            yield from kinds[str(kind)](value, at)

    return check

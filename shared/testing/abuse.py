"""What strangers send: requests as API Gateway hands them over (payload format 2.0), wrong down to the byte. Seeded."""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

_ODD_TEXT = (
    "", " ", "\x00", "é", "²", "٣", "\u202e", "\ufeff", "😀", "\ud800", "%00", "%ff", "../..", "' OR 1=1 --", "${7*7}",
    "{{7*7}}", "<script>", "a" * 3_000, "\r\nX-Injected: 1", "null", "-0", "1e999", "NaN", "0x10", "१२३",
)  # fmt: skip
_ODD_BYTES = (
    b"", b"\x00", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf{}", b"[" * 50_000,
    b'{"a":' * 20_000, b"{", b"}", b'"\\ud800"', b'{"\\ud800": "\\udfff"}', b"9" * 10_000, b"1e999", b"NaN", b"-",
    "{}".encode("utf-16"), "{}".encode("utf-32"), b"%", b"%f", b"payload=%ff", b"&&&===", b"a=1&" * 200,
    b"\x1f\x8b\x08",
    b"--x\r\nContent-Disposition: form-data; name=\"a\"", b"payload=" + b"[" * 9_000,
)  # fmt: skip
_ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, float("inf"), "", "\ud800", "\x00", [], {}, [[]], {"a": {}}, "x" * 20_000, "é@é",
    ["a"] * 300,
)  # fmt: skip

_HEADERS = ("accept", "origin", "idempotency-key", "cookie", "x-forwarded-for", "host")


@dataclass(frozen=True)
class Request:
    """A request as it goes over the wire, and as a Lambda function gets it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    encoded: bool = True
    parameters: dict[str, str] = field(default_factory=dict)

    def event(self) -> dict[str, Any]:
        """API Gateway's event. What is no text comes in base 64; what is may come either way."""
        try:
            plain = None if self.encoded else self.body.decode()
        except UnicodeDecodeError:
            plain = None
        return {
            "version": "2.0",
            "routeKey": f"{self.method} {self.path}",
            "rawPath": self.path,
            "rawQueryString": "",
            "headers": self.headers,
            "pathParameters": self.parameters,
            "requestContext": {
                "http": {"method": self.method, "path": self.path, "sourceIp": "192.0.2.1"},
                "stage": "$default",
            },
            "body": base64.b64encode(self.body).decode() if plain is None else plain,
            "isBase64Encoded": plain is None,
        }


def abuses(
    *,
    seed: int,
    number: int,
    method: str,
    paths: tuple[str, ...],
    good: bytes,
    kinds: tuple[str, ...],
    sign: Callable[[bytes], Mapping[str, str]] = lambda _: {},
) -> Iterator[Request]:
    """``number`` requests that follow from ``seed``: bodies bent from a ``good`` one, or odd from the start.

    Half of them are signed rightly by ``sign``, so that the abuse reaches what lies behind the signature.
    """
    dice = random.Random(seed)
    for _ in range(number):
        body = _body(dice, good)
        signed = dict(sign(body))
        if dice.random() < 0.5:
            signed = {name: _bent(dice, value) for name, value in signed.items() if dice.random() < 0.9}
        headers = {"content-type": dice.choice((*kinds, *_ODD_TEXT, "text/html")), **signed}
        if dice.random() < 0.4:
            headers[dice.choice(("accept", "origin", "idempotency-key", "cookie", "x-forwarded-for", "host"))] = _odd(
                dice
            )
        if dice.random() < 0.1:
            headers = {}
        yield Request(method, dice.choice(paths), headers, body, encoded=dice.random() < 0.5)


def odd_paths(*, seed: int, number: int, prefix: str, good: str) -> Iterator[str]:
    """Last pieces of a path, bent from a ``good`` one or odd from the start, as API Gateway decodes them."""
    dice = random.Random(seed)
    for _ in range(number):
        yield prefix + (_bent(dice, good) if dice.random() < 0.6 else _odd(dice))


def _odd(dice: random.Random) -> str:
    return dice.choice(_ODD_TEXT) if dice.random() < 0.7 else "".join(chr(dice.randrange(1, 0x2FF)) for _ in range(9))


def _bent(dice: random.Random, value: str) -> str:
    number = int(time.time())
    choices: tuple[Callable[[], str], ...] = (
        lambda: _odd(dice),
        lambda: value + _odd(dice),
        lambda: value[: dice.randrange(len(value) + 1)],
        lambda: value.upper(),
        lambda: str(number + dice.choice((-301, 301, 10**6, -(10**6), 10**18, 10**400))),
        lambda: "-" + value,
        lambda: value,
    )
    return dice.choice(choices)()


def _body(dice: random.Random, good: bytes) -> bytes:
    kind = dice.randrange(6)
    if kind == 0:
        return dice.choice(_ODD_BYTES)
    if kind == 1:
        return dice.randbytes(dice.choice((1, 40, 3_000, 70_000)))
    if kind == 2:
        at = dice.randrange(len(good) + 1)
        return good[:at] + dice.choice((dice.randbytes(3), b"", good)) + good[at + dice.randrange(4) :]
    if kind == 3:
        return good
    return _with_odd_value(dice, good)


def _with_odd_value(dice: random.Random, good: bytes) -> bytes:
    """A field of the JSON in ``good`` (or of the form around it) replaced, added or taken away."""
    start = good.find(b"{")
    whole = json.loads(good[start:]) if start == 0 else None
    if whole is None:
        name, _, value = good.partition(b"=")
        return name + b"=" + quote(_json(dice, json.loads(_unquoted(value)))).encode()
    return _json(dice, whole).encode()


def _unquoted(value: bytes) -> str:
    return unquote(value.decode())


def _json(dice: random.Random, whole: Any) -> str:
    place = whole
    while isinstance(place, dict | list) and place:
        key: Any = dice.choice(list(place)) if isinstance(place, dict) else dice.randrange(len(place))
        if not isinstance(place[key], dict | list) or not place[key] or dice.random() < 0.4:
            if isinstance(place, dict) and dice.random() < 0.2:
                del place[key]
            else:
                place[key] = dice.choice(_ODD_VALUES)
            break
        place = place[key]
    return json.dumps(whole)

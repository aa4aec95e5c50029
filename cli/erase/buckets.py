"""The two buckets: every object is opened."""

from __future__ import annotations

import email
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from email.policy import default as policy
from typing import Any

from botocore.exceptions import ClientError

from cli.erase.found import Found, Seen
from cli.erase.who import Traces, lines_with, strings
from cli.stack import Stack
from contracts.rules import RULES_KEY

_AT_ONCE = 8
_BATCH = 1000
"""S3: at most so many keys a DeleteObjects call."""
_REVISIONS = "revisions/"
_AGAIN = {RULES_KEY, "problems.json"}
"""What learning writes anew from the Doc by itself."""


class Bucket:
    """The ``mail`` or the ``rules`` bucket."""

    def __init__(self, stack: Stack, what: str) -> None:
        self.name = f"{what} bucket"
        self._s3, self._bucket = stack.client("s3"), stack.bucket(what)

    def learn(self, traces: Traces, seen: Seen) -> None:
        """Take in what was learnt from their tickets, from every revision of the rules."""
        for key in filter(lambda key: key.startswith(_REVISIONS), self._keys()):
            seen(self.name)
            traces.learn_lessons(json.loads(self._read(key)[1] or b"{}"))

    def find(self, traces: Traces, seen: Seen) -> Iterator[Found]:
        """Objects of their tickets by key, and whatever says a name of theirs once it is decoded."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for key, content in pool.map(self._read, list(self._keys())):
                seen(self.name)
                if content is not None and (key in traces.objects or key in traces or _names(content, traces)):
                    yield self._found(key, content, traces)

    def erase(self, found: Sequence[Found]) -> None:
        """Delete the objects (the bucket keeps no versions); of an old revision of the rules only the lines."""
        for one in found:
            if one.rest is not None:
                self._s3.put_object(Bucket=self._bucket, Key=one.key, Body=one.rest, ContentType="application/json")
        whole = [one.key for one in found if one.rest is None]
        for at in range(0, len(whole), _BATCH):
            keys = [{"Key": key} for key in whole[at : at + _BATCH]]
            self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": keys, "Quiet": True})

    def _found(self, key: str, content: bytes, traces: Traces) -> Found:
        of = None if key in traces.objects else traces.others.get(key) or traces.whose(key)
        said: bytes | list[str] = content
        anew = key in _AGAIN
        if key.startswith(_REVISIONS) or anew:
            said = lines_with(json.loads(content), traces)
        rest = _rest(content, traces) if key.startswith(_REVISIONS) else None
        return Found(key, self.name, key, follows=anew, of_another=of, content=said, rest=rest)

    def _keys(self) -> Iterator[str]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
            yield from (entry["Key"] for entry in page.get("Contents", []))

    def _read(self, key: str) -> tuple[str, bytes | None]:
        try:
            return key, self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return key, None
            raise


def _rest(content: bytes, traces: Traces) -> bytes | None:
    """An old revision of the rules without the lines that name the customer; None when it cannot be told apart."""
    rest = json.dumps(_without(json.loads(content), traces), ensure_ascii=False, indent=1)
    return None if rest in traces else rest.encode()


def _without(value: Any, traces: Traces) -> Any:
    """A value without the entries of its lists that name the customer."""
    if isinstance(value, dict):
        return {name: _without(one, traces) for name, one in value.items()}
    if isinstance(value, list):
        kept = [_without(one, traces) for one in value]
        return [one for one in kept if not any(text in traces for text in strings(one))]
    return value


def _names(content: bytes, traces: Traces) -> bool:
    return any(text in traces for text in _texts(content))


def _texts(content: bytes) -> Iterator[str]:
    """What an object says: as it is, and with JSON escapes or a mail's encodings undone."""
    said = content.decode(errors="replace")
    yield said
    try:
        yield from strings(json.loads(said))
    except (ValueError, RecursionError):
        yield from _of_mail(email.message_from_bytes(content, policy=policy))


def _of_mail(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        for name in ("From", "To", "Cc", "Reply-To", "Subject"):
            yield _header(part, name)
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            yield payload.decode(errors="replace") if isinstance(payload, bytes) else ""


def _header(part: Any, name: str) -> str:
    try:
        return str(part[name] or "")
    except Exception:  # the library's own parser gives up on some broken headers; the raw text was looked at
        return ""

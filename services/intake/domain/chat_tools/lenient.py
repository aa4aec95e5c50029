"""Reading what a tool sent without insisting: a field of another shape is a field that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from services.intake.domain.typed_address import is_address, typed_address

_LATEST_S = 32_503_680_000
"""Unix seconds of the year 3000: what is later is no time in seconds."""


class NothingSaid(Exception):
    """A webhook that brings no words of a customer: acknowledged, and nothing else."""


def mapping(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under ``name``; empty when there is none."""
    value = of.get(name)
    return value if isinstance(value, Mapping) else {}


def objects(of: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects in the list under ``name``."""
    value = of.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def text(of: Mapping[str, Any], name: str) -> str:
    """The text or number under ``name``, as text."""
    value = of.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) and value else ""


def address(of: Mapping[str, Any]) -> str | None:
    """The address somebody typed into the tool; none when it is none, for the tool cannot ask again."""
    typed = typed_address(text(of, "email"))
    return typed if is_address(typed) else None


def moment(seconds: object) -> str:
    """A time in unix seconds as people write it; empty when it is none."""
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < _LATEST_S:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    return ""


def file(*, name: str = "", content_type: str = "", size: object = 0, url: str = "") -> dict[str, Any]:
    """A file for the neutral message; without a name it goes by the last piece of its address, or by its kind."""
    in_url = unquote(_path(url).rpartition("/")[2])
    kind = content_type.partition("/")[0]
    called = name or in_url or {"image": "picture", "audio": "voice message", "video": "video"}.get(kind, "file")
    return {
        "name": called,
        "content_type": content_type,
        "size": size if isinstance(size, int) and not isinstance(size, bool) else 0,
        "url": url,
    }


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # an address in brackets that is none
        return ""

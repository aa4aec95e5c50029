"""Addresses, domains and Slack people, however a document or a mail program dressed them up."""

from __future__ import annotations

import re

from services.learning.domain.writing import unquoted

_ADDRESS = re.compile(r"[^\s@,;:<>()*|\"]+@(?:[\w-]+\.)+[\w-]{2,}")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]+")
_SLACK_USER = re.compile(r"<?@?(?P<id>[UW][A-Z0-9]{4,20})(?:\|[^>]*)?>?")
_NAMED = re.compile(r"[^<>@]*<(?P<address>[^<>]+)>")


def address_or_domain(text: str) -> str | None:
    """The one address, or the domain that stands for all its addresses, in lower case; None when it is neither.

    Understood: ``Jane <jane@x.example>``, ``mailto:``, ``@x.example``, ``*@x.example``, ``*.x.example``,
    ``https://www.x.example/``.
    """
    if address := address_in(text):
        return address
    word = re.sub(r"^https?://", "", unquoted(text.strip()).casefold()).rstrip("/")
    domain = re.sub(r"^(?:\*?@|\*\.|www\.)", "", word)
    return domain if _DOMAIN.fullmatch(domain) else None


def address_in(text: str) -> str | None:
    """The one e-mail address the text consists of (RFC 5321 in its everyday form), in lower case."""
    word = unquoted(text.strip())
    if named := _NAMED.fullmatch(word):
        word = named["address"]
    word = re.sub(r"^mailto:", "", word.strip("<> "), flags=re.I)
    return word.casefold() if _ADDRESS.fullmatch(word) else None


def person_in(text: str) -> str | None:
    """The Slack user id or the address of one person; None when it is neither."""
    found = _SLACK_USER.fullmatch(text.strip())
    return found["id"] if found else address_in(text)

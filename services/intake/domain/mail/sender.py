"""Who the customer is, as far as headers tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from contracts.rules import address_matches
from contracts.ticket import Customer
from services.intake.domain.mail.addresses import addresses, first
from services.intake.domain.mail.mime import Part

NO_REPLY = re.compile(
    r"^(?:no|do-?not|not?)[-_.]?(?:reply|response|answer)|^(?:noreply|donotreply|ne-?pas-?repondre|keine-?antwort|nicht-?antworten|mailer-daemon)",
    re.I,
)
"""Boxes that nobody reads."""
_VIA = re.compile(r"\s+(?:via|über|par|tramite|através de|por)\s+.+$", re.I)
_PASSED = re.compile(r"\bdmarc=pass\b", re.I)
_FAILED = re.compile(r"\bdmarc=(?:fail|permerror)\b", re.I)
_DKIM = re.compile(r"\bdkim=pass\b[^;]*?\bheader\.(?:d|i)=@?(?:[^\s;@]*@)?([\w.-]+)", re.I)
_SPF = re.compile(r"\bspf=pass\b[^;]*?\bsmtp\.mailfrom=(?:[^\s;@]*@)?([\w.-]+)", re.I)


def customer_of(mail: Part, *, is_ours: Callable[[str], bool]) -> Customer:
    """The customer by the headers alone.

    A list or group that rewrote *From* names the writer elsewhere (X-Original-From, X-Original-Sender, Reply-To). Else
    Reply-To counts when it names somebody, and not the list, ourselves or a box that nobody reads.
    """
    name, sender = first(mail.raw("from"))
    lists = _list_addresses(mail)
    rewritten = sender in lists or is_ours(sender) or _VIA.search(name) is not None
    if rewritten:
        for header in ("x-original-from", "x-original-sender"):
            other, address = first(mail.raw(header))
            if address and address != sender and not is_ours(address):
                return _customer(other or _VIA.sub("", name), address, "x-original-from")
    for other, address in addresses(mail.raw("reply-to")):
        if address == sender and not rewritten:
            break
        if address in lists or is_ours(address) or NO_REPLY.match(address):
            continue
        return _customer(other or _VIA.sub("", name), address, "reply-to")
    return _customer(_VIA.sub("", name) if rewritten else name, sender, "from", verified=is_verified(mail, sender))


def _customer(name: str, address: str, found_by: str, *, verified: bool = False) -> Customer:
    name = name.strip().strip("'\"").strip()
    return Customer(email=address or None, name=name or None, verified=verified, found_by=found_by)


_FIELD = re.compile(r"^[ \t>*_]*([^\s:：][^:：\n]{0,40}?)[ \t*_]*[:：][ \t*_]*(\S[^\n]{0,200}?)[ \t*_]*$", re.M)
_FORM_ADDRESS = re.compile(
    r"(?:mailto:)?<?([^\s<>@:;,\"']{1,64}@[^\s<>@:;,\"']{1,200}\.[^\s<>@:;,\"'.]{2,30})>?(?:\s*<[^<>]*>)?"
)
_MOST_FIELDS = 60


def customer_in_form(text: str, *, is_ours: Callable[[str], bool]) -> Customer | None:
    """Who filled in a form that mails from a box of its own: the one address that stands alone behind a label, and the
    name on the nearest labelled line above it, or below. None when there is no such address, or more than one.
    """
    fields = [(found[1], found[2].strip()) for found in _FIELD.finditer(text[:20_000])][:_MOST_FIELDS]
    at = [
        place
        for place, (label, value) in enumerate(fields)
        if len(label.split()) <= 3 and _FORM_ADDRESS.fullmatch(value)
    ]
    named = {_FORM_ADDRESS.fullmatch(fields[place][1])[1].lower() for place in at}  # type: ignore[index]
    if len(fields) < 2 or len(named) != 1 or any(map(is_ours, named)):
        return None
    near = [*reversed(fields[: at[0]]), *fields[at[0] + 1 :]]
    name = next((value for _, value in near[:4] if _is_name(value)), None)
    return Customer(email=named.pop(), name=name, verified=False, found_by="form")


def _is_name(value: str) -> bool:
    words = value.split()
    return (
        1 < len(words) <= 4
        and all(word[:1].isalpha() and not word[:1].islower() for word in words)
        and value.replace(" ", "").replace("-", "").replace(".", "").replace("'", "").isalpha()
    )


def _list_addresses(mail: Part) -> frozenset[str]:
    named = " , ".join(
        mail.raw(header) for header in ("list-post", "x-mailing-list", "mailing-list", "x-loop", "x-beenthere")
    )
    posts = {address for _, address in addresses(named)}
    group = mail.raw("list-id").rpartition("<")[2].strip("<> ").lower()
    for _, address in addresses(", ".join((mail.raw("to"), mail.raw("cc"), mail.raw("reply-to"), mail.raw("from")))):
        local, _, domain = address.partition("@")
        if group and f"{local}.{domain}" == group:
            posts.add(address)
    return frozenset(posts)


def is_verified(mail: Part, sender: str) -> bool:
    """Whether the receiving server authenticated the address in *From* (RFC 7489 alignment), by the topmost result.

    Results further down came with the mail: anybody can write them.
    """
    result = mail.first("authentication-results")
    if _FAILED.search(result) or not sender:
        return False
    domain = sender.rpartition("@")[2]
    return _PASSED.search(result) is not None or any(
        _aligned(domain, found.lower().strip(".")) for found in (*_DKIM.findall(result), *_SPF.findall(result))
    )


def _aligned(domain: str, authenticated: str) -> bool:
    return domain == authenticated or domain.endswith("." + authenticated) or authenticated.endswith("." + domain)


def staff_check(staff: Sequence[str]) -> Callable[[str], bool]:
    """Whether an address is one of our own people's."""
    return lambda address: any(address_matches(address, one) for one in staff)

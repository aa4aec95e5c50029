"""Names and addresses, as headers and forwarded blocks write them."""

from __future__ import annotations

import re

from services.intake.domain.mail.charset import decode_words
from services.intake.domain.text import one_line, seen

_LONGEST = 20_000
"""Characters of one address header that are read."""
_DOMAIN = r"[^\s@<>()\[\],;:\"'*/?&\\]+"
_QUOTED_LOCAL = r"\"(?:[^\"\\@]|\\.){1,64}\""
ADDRESS = re.compile(rf"(?:[^\s@<>()\[\],;:\"]{{1,256}}|{_QUOTED_LOCAL})@{_DOMAIN}")
"""An address, with a local part in quotes where it has one (RFC 5322 §3.4.1)."""
_TOKEN = re.compile(
    rf"{_QUOTED_LOCAL}@{_DOMAIN}"
    r"|\"(?:[^\"\\]|\\.){0,300}\"|\((?:[^()\\]|\\.){0,300}\)|<[^<>]{0,500}>|[,;]|[^\"(<,;]+|.",
    re.S,
)
_DOT_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_GROUP = re.compile(r"^\s*[^:@]+:\s*")
_COMMENT = re.compile(r"\((?:[^()\\]|\\.){0,300}\)")
_AROUND = re.compile(r"[ \t\r\n]{0,20}([@.])[ \t\r\n]{0,20}")


def addresses(value: str) -> list[tuple[str, str]]:
    """(name, address) of each mailbox in a header's raw value, in order. Addresses in lower case.

    Encoded words are decoded last, so that what they spell can never become an address. A header that gives none is
    read again without its comments and without blanks around ``@`` and dots (RFC 5322 §4.4).
    """
    text = seen(value[:_LONGEST])
    found = _scanned(text)
    return found or (_scanned(_AROUND.sub(r"\1", _COMMENT.sub("", text))) if "@" in text else [])


def _scanned(value: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    name: list[str] = []
    angle, comment, bare = "", "", ""
    for token in (*_TOKEN.findall(value), ","):
        if token in (",", ";"):
            address = angle or bare
            if address:
                found.append((_name("".join(name).strip() or comment, address), address))
                name, angle, comment, bare = [], "", "", ""
            elif name:
                name.append(token)  # a comma inside a name that nobody quoted
        elif token.startswith('"') and token.endswith('"') and len(token) > 1:
            name.append(re.sub(r"\\(.)", r"\1", token[1:-1]))
        elif token.startswith("(") and len(token) > 1:
            comment = comment or token[1:-1]
        elif token.startswith("<") and len(token) > 1:
            angle = angle or _address(token[1:-1])
        else:
            said = bare == "" and not angle
            bare = bare if angle else bare or _address(token)
            name.append(_without(token, bare) if said and bare else _GROUP.sub("", token))
    return found


def _without(token: str, address: str) -> str:
    found = ADDRESS.search(token)
    return token.replace(found[0], "") if found else token.replace(address, "")


def _address(text: str) -> str:
    routed = text.strip().rpartition(":")[2] if text.strip().startswith("@") else text
    if "@" in routed and ("(" in routed or re.search(r"\s@|@\s", routed)):
        routed = _AROUND.sub(r"\1", _COMMENT.sub("", routed)).strip()
    found = ADDRESS.search(routed.replace("mailto:", " "))
    return _plainest(found[0].strip(".'").lower()) if found else ""


def _plainest(address: str) -> str:
    """An address without quotes that nothing calls for (RFC 5322 §3.2.4)."""
    local, _, domain = address.rpartition("@")
    bare = re.sub(r"\\(.)", r"\1", local[1:-1]) if local.startswith('"') else local
    return f"{bare}@{domain}" if _DOT_ATOM.fullmatch(bare) else address


def first(value: str) -> tuple[str, str]:
    """Name and address of the first mailbox in a header's raw value; empty when there is none."""
    return next(iter(addresses(value)), ("", ""))


def _name(text: str, address: str) -> str:
    name = one_line(decode_words(text), 200).strip(' ,;"').removeprefix("'").removesuffix("'").strip()
    name = re.sub(r"^\"+|\"+$", "", name)
    return "" if "".join(name.lower().split()) in ("", address, f"<{address}>") else name


def written(value: str) -> tuple[str, str]:
    """Name and address in the free form that clients write into a forwarded block.

    ``Jane Doe <jane@x.example>``, ``"Doe, Jane" [mailto:jane@x.example]``, ``jane@x.example (Jane Doe)``, with or
    without markers of bold print and doubled links.
    """
    text = one_line(value.replace("*", " ").replace("&lt;", "<").replace("&gt;", ">"), 1_000)
    found = ADDRESS.search(text.replace("mailto:", " "))
    if found is None:
        return text.strip(" \"'<>[],;"), ""
    address = found[0].strip(".'").lower()
    before, _, after = text.replace("mailto:", " ").partition(found[0])
    name = re.sub(r"\s*[<\[(]+\s*$", "", before).strip(" \"',;:")
    if not name:
        in_brackets = re.search(r"\(([^()@]+)\)", after)
        name = in_brackets[1].strip() if in_brackets else ""
    return ("" if name.lower() == address else name), address

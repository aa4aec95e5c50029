"""Names and addresses, as headers and forwarded blocks write them."""

from __future__ import annotations

import re

from services.intake.domain.mail.charset import decode_words
from services.intake.domain.text import one_line

_LONGEST = 20_000
"""Characters of one address header that are read."""
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]{1,256}@[^\s@<>()\[\],;:\"'*/?&\\]+")
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.){0,300}\"|\((?:[^()\\]|\\.){0,300}\)|<[^<>]{0,500}>|[,;]|[^\"(<,;]+|.", re.S)


def addresses(value: str) -> list[tuple[str, str]]:
    """(name, address) of each mailbox in a header's raw value, in order. Addresses in lower case.

    Encoded words are decoded last, so that what they spell can never become an address.
    """
    found: list[tuple[str, str]] = []
    name: list[str] = []
    angle, comment, bare = "", "", ""
    for token in (*_TOKEN.findall(value[:_LONGEST]), ","):
        if token in (",", ";"):
            address = angle or bare
            if address:
                found.append((_name("".join(name).strip() or comment, address), address))
                name, angle, comment, bare = [], "", "", ""
            elif name:
                name.append(token)  # a comma inside a name that nobody quoted
        elif token.startswith('"') and len(token) > 1:
            name.append(re.sub(r"\\(.)", r"\1", token[1:-1]))
        elif token.startswith("(") and len(token) > 1:
            comment = comment or token[1:-1]
        elif token.startswith("<") and len(token) > 1:
            angle = angle or _address(token[1:-1])
        else:
            bare = bare if angle else bare or _address(token)
            name.append(_GROUP.sub("", token) if bare == "" or angle else token.replace(bare, ""))
    return found


_GROUP = re.compile(r"^\s*[^:@]+:\s*")


def _address(text: str) -> str:
    routed = text.strip().rpartition(":")[2] if text.strip().startswith("@") else text
    found = ADDRESS.search(routed.replace("mailto:", " "))
    return found[0].strip(".'").lower() if found else ""


def first(value: str) -> tuple[str, str]:
    """Name and address of the first mailbox in a header's raw value; empty when there is none."""
    return next(iter(addresses(value)), ("", ""))


def _name(text: str, address: str) -> str:
    name = one_line(decode_words(text), 200).strip(' ,;"').removeprefix("'").removesuffix("'").strip()
    name = re.sub(r"^\"+|\"+$", "", name)
    return "" if name.lower() in ("", address, f"<{address}>") else name


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

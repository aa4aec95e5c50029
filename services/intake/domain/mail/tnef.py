"""winmail.dat: the words and files that Outlook packs into it (MS-OXTNEF)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.intake.domain.mail.charset import decode
from services.intake.domain.mail.html_text import text_of
from services.intake.domain.text import one_line

MAGIC = b"\x78\x9f\x3e\x22"
_MOST_OBJECTS = 5_000

# Attribute ids (MS-OXTNEF §2.1.3.2) and MAPI property ids (MS-OXPROPS) that carry words or files.
_BODY, _MESSAGE_PROPERTIES, _CODEPAGE, _SUBJECT = 0x800C, 0x9003, 0x9007, 0x8004
_ATTACHMENT_STARTS, _ATTACHMENT_TITLE, _ATTACHMENT_DATA, _ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_P_BODY, _P_HTML, _P_RTF = 0x1000, 0x1013, 0x1009
_P_LONG_NAME, _P_NAME, _P_DISPLAY_NAME, _P_DATA = 0x3707, 0x3704, 0x3001, 0x3701
_UNICODE = 0x1F
_COUNTED = frozenset((0x0D, 0x1E, _UNICODE, 0x102))
"""Object, string, Unicode string and binary: these say how long they are."""
_SIZES = {0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of the other types where they are not four."""
_MOST_VALUES = 10_000
_MOST_RTF_BYTES = 1_000_000


@dataclass
class _File:
    names: dict[int, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def name(self) -> str:
        best = next((self.names[key] for key in (_P_LONG_NAME, _P_NAME, 0, _P_DISPLAY_NAME) if self.names.get(key)), "")
        return one_line(best, 200) or "attachment"


@dataclass(frozen=True)
class Unpacked:
    """What was in a winmail.dat."""

    text: str
    files: tuple[tuple[str, bytes], ...]
    whole: bool = True
    """False when it was cut on its way, or held what is neither words nor a file (an appointment, a contact)."""


def unpack(content: bytes) -> Unpacked | None:
    """The words and files in a TNEF stream; None when it is none. Never raises: the broken rest is left out."""
    if not content.startswith(MAGIC):
        return None
    codec, bodies, files = "cp1252", dict[int, bytes](), list[_File]()
    reached = 0
    for kind, data, end in _objects(content):
        reached = end
        if kind == _CODEPAGE and len(data) >= 4:
            codec = f"cp{int.from_bytes(data[:4], 'little')}"
        elif kind == _BODY:
            bodies[_P_BODY] = data
        elif kind == _MESSAGE_PROPERTIES:
            bodies.update(_properties(data))
        elif kind == _ATTACHMENT_STARTS:
            files.append(_File())
        elif files and kind == _ATTACHMENT_TITLE:
            files[-1].names[0] = _words(data, codec)
        elif files and kind == _ATTACHMENT_DATA:
            files[-1].content = data
        elif files and kind == _ATTACHMENT_PROPERTIES:
            _describe(files[-1], _properties(data), codec)
    text = _text(bodies, codec)
    whole = reached == len(content) and bool(text or files)
    return Unpacked(text, tuple((file.name, file.content) for file in files), whole)


def _objects(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    position = 6
    for _ in range(_MOST_OBJECTS):
        if position + 11 > len(content):
            return
        size = int.from_bytes(content[position + 5 : position + 9], "little")
        yield (
            int.from_bytes(content[position + 1 : position + 3], "little"),
            content[position + 9 : position + 9 + size],
            position + 11 + size,
        )
        position += 11 + size


def _properties(data: bytes) -> dict[int, bytes]:
    """The string and binary properties of a MAPI property stream (MS-OXTNEF §2.1.3.4), by their id."""
    found: dict[int, bytes] = {}
    at, size = 4, len(data)
    while at + 4 <= size:
        kind, key = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")
        at += 4
        if key >= 0x8000:  # a named property: a GUID, then a number or a name
            named = int.from_bytes(data[at + 16 : at + 20], "little")
            at += 24 + (_padded(int.from_bytes(data[at + 20 : at + 24], "little")) if named else 0)
        values = 1
        if kind & 0x1000 or kind & 0xFFF in _COUNTED:
            values = int.from_bytes(data[at : at + 4], "little")
            at += 4
        for _ in range(min(values, _MOST_VALUES)):
            if kind & 0xFFF not in _COUNTED:
                at += _SIZES.get(kind & 0xFFF, 4)
                continue
            length = int.from_bytes(data[at : at + 4], "little")
            value = data[at + 4 : at + 4 + length]
            found.setdefault(key, _as_utf8(value) if kind & 0xFFF == _UNICODE else value)
            at += 4 + _padded(length)
            if at > size:
                break
    return found


def _padded(length: int) -> int:
    return length + -length % 4


def _as_utf8(value: bytes) -> bytes:
    return value.decode("utf-16-le", "replace").rstrip("\x00").encode("utf-8", "replace")


def _describe(file: _File, properties: dict[int, bytes], codec: str) -> None:
    for key in (_P_LONG_NAME, _P_NAME, _P_DISPLAY_NAME):
        if properties.get(key):
            file.names[key] = _words(properties[key], codec)
    if not file.content:
        file.content = properties.get(_P_DATA, b"")


def _text(bodies: dict[int, bytes], codec: str) -> str:
    if plain := _words(bodies.get(_P_BODY), codec).strip():
        return plain
    if markup := _words(bodies.get(_P_HTML), codec).strip():
        return text_of(markup)
    return _from_rtf(bodies[_P_RTF][:_MOST_RTF_BYTES]) if _P_RTF in bodies else ""


def _from_rtf(compressed: bytes) -> str:
    from compressed_rtf import decompress  # type: ignore[import-untyped]
    from striprtf.striprtf import rtf_to_text

    try:
        rtf = decompress(compressed).decode("cp1252", "replace")
        return str(rtf_to_text(rtf, errors="replace")).strip()  # type: ignore[no-untyped-call]
    except Exception:  # both raise whatever they stumble over
        return ""


def _words(value: bytes | None, codec: str) -> str:
    return decode((value or b"").rstrip(b"\x00"), codec)

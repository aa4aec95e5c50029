"""smime.p7m: the mail inside an opaque signature (CMS SignedData, RFC 5652 §5.1, in BER or DER).

Read in one forward pass, without recursion. asn1crypto would do it too, for 105 kB and all of CMS; it was last released
in 2022.
"""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS, _CONTEXT_0 = 0x30, 0x31, 0x02, 0x06, 0x04, 0xA0
_CONSTRUCTED = 0x20
_MOST_PIECES = 100_000
"""Elements that one element is skipped over, or that a content is put together from."""


class _NotSigned(Exception):
    """It is something else, encrypted, or broken."""


def signed_content(raw: bytes) -> bytes | None:
    """What was signed; None when ``raw`` is no CMS SignedData with its content in it. Never raises."""
    try:
        return _content(raw)
    except (_NotSigned, IndexError):
        return None


def _content(raw: bytes) -> bytes:
    at = _enter(raw, 0, _SEQUENCE)
    kind, start, size = _head(raw, at)
    if kind != _OID or size is None or raw[start : start + size] != _SIGNED_DATA:
        raise _NotSigned
    at = _enter(raw, _enter(raw, start + size, _CONTEXT_0), _SEQUENCE)
    at = _after(raw, _after(raw, at, _INTEGER), _SET)
    at = _after(raw, _enter(raw, at, _SEQUENCE), _OID)
    return _octets(raw, _enter(raw, at, _CONTEXT_0))


def _head(raw: bytes, at: int) -> tuple[int, int, int | None]:
    """(tag, where the value starts, its length; None for one that ends with an end mark)."""
    tag, length = raw[at], raw[at + 1]
    if length < 0x80:
        return tag, at + 2, length
    if length == 0x80:
        return tag, at + 2, None
    size = length & 0x7F
    return tag, at + 2 + size, int.from_bytes(raw[at + 2 : at + 2 + size])


def _enter(raw: bytes, at: int, tag: int) -> int:
    found, start, _ = _head(raw, at)
    if found != tag:
        raise _NotSigned
    return start


def _after(raw: bytes, at: int, tag: int) -> int:
    """Where the element after this one starts."""
    found, start, size = _head(raw, at)
    if found != tag:
        raise _NotSigned
    if size is not None:
        return start + size
    open_marks, at = 1, start
    for _ in range(_MOST_PIECES):
        found, start, size = _head(raw, at)
        at = start + (size or 0)
        open_marks += 1 if size is None else -1 if found == 0 and size == 0 else 0
        if open_marks == 0:
            return at
    raise _NotSigned


def _octets(raw: bytes, at: int) -> bytes:
    """The bytes of an octet string, in one piece or in many."""
    tag, start, size = _head(raw, at)
    if tag == _OCTETS and size is not None:
        return raw[start : start + size]
    if tag != _OCTETS | _CONSTRUCTED:
        raise _NotSigned
    end, at, pieces = (len(raw) if size is None else start + size), start, list[bytes]()
    while at < end and len(pieces) < _MOST_PIECES:
        tag, start, size = _head(raw, at)
        if tag == 0 or size is None:
            break
        pieces.append(raw[start : start + size])
        at = start + size
    return b"".join(pieces)

"""Bytes to characters, whatever charset somebody claimed they were in."""

from __future__ import annotations

import binascii
import codecs
import re

from services.intake.domain.mail.guess import likely_charset

_MEANT = {
    # What a label names and what senders mean by it: the superset that their software really writes (WHATWG Encoding).
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-01": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext",
    "windows-50220": "iso2022_jp_ext",
    "windows-50221": "iso2022_jp_ext",
    "big5": "big5hkscs",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode-1-1-utf-7": "utf-7",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "cp-850": "cp850",
    "win-1251": "cp1251",
    "koi8": "koi8-r",
    "unknown-8bit": "",
    "x-unknown": "",
    "unknown": "",
    "8bit": "",
    "7bit": "",
    "default": "",
    "default_charset": "",
    "x-user-defined": "",
}
_SHIFTED = ("iso2022", "utf_7", "hz")
"""Codecs whose bytes are all ASCII: valid UTF-8 says nothing against them."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]")
_DETECTED_BYTES = 20_000
"""How much of an undeclared text is looked at to guess its charset."""

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_LONGEST_HEADER = 20_000
"""Characters of one header that are read; a subject is cut to 500 anyway."""


def decode(content: bytes, charset: str | None) -> str:
    """``content`` as text. Never raises: what fits no charset becomes U+FFFD.

    The declared charset is believed unless the bytes contradict it: a byte-order mark, or multi-byte UTF-8 under the
    name of a single-byte charset, is what the sender's software really wrote.
    """
    for mark, codec in _BOMS:
        if content.startswith(mark):
            return content.decode(codec, "replace")
    codec = _codec(charset)
    if codec.startswith(_SHIFTED):
        return _shifted(content, codec)
    if not _HIGH.search(content) and not codec.startswith(("utf_16", "utf_32", "cp037", "cp500", "cp1140")):
        return _shifted(content, "iso2022_jp_ext") if b"\x1b$" in content else content.decode("ascii", "replace")
    for candidate in ("utf-8", codec) if not codec.startswith(("utf_16", "utf_32")) else (codec,):
        try:
            return content.decode(candidate) if candidate else _undeclared(content)
        except UnicodeError:
            continue
    return content.decode(codec, "replace") if codec and codec != "utf_8" else _undeclared(content)


def _shifted(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeError:
        if _HIGH.search(content):  # 8-bit bytes under the name of a 7-bit charset
            return _undeclared(content)
    if not codec.startswith("iso2022_jp"):
        return content.decode(codec, "replace")
    vendor = _as_vendors_write(content)
    return content.decode("iso2022_jp_2004", "replace") if "\ufffd" in vendor else vendor


_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")


def _as_vendors_write(content: bytes) -> str:
    """ISO-2022-JP with the characters that vendors put into the rows JIS X 0208 left empty (① ㈱ 髙): what every
    mail program reads (WHATWG Encoding §12.2), and Python's codecs refuse. A pair of bytes is moved into Shift_JIS.
    """
    pieces = _ESCAPE.split(content)
    text = [pieces[0].decode("ascii", "replace")]
    for shift, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if shift.startswith(b"$"):
            pairs = zip(piece[0::2], piece[1::2], strict=False)
            text.append(b"".join(_to_shift_jis(*pair) for pair in pairs).decode("cp932", "replace"))
        elif shift == b"(I":
            text.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        else:
            text.append(piece.decode("ascii", "replace"))
    return "".join(text)


def _to_shift_jis(first: int, second: int) -> bytes:
    if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
        return bytes((first, second)) if first < 0x21 else b"?"
    lead = (first + 1) // 2 + (0x70 if first < 0x5F else 0xB0)
    trail = second + (0x1F if second < 0x60 else 0x20) if first % 2 else second + 0x7E
    return bytes((lead, trail))


def _codec(charset: str | None) -> str:
    label = (charset or "").strip().strip("\"'").lower().replace("cs_", "")
    label = _MEANT.get(label, label)
    if not label:
        return ""
    for spelling in (label, label.replace("_", "-"), label.replace("windows", "cp").replace("cp-", "cp")):
        try:
            info = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        if getattr(info, "_is_text_encoding", True) and info.name not in (
            "idna",
            "punycode",
            "unicode-escape",
            "raw-unicode-escape",
            "undefined",
            "palmos",
        ):
            return info.name.replace("-", "_")
    return ""


def _undeclared(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if content.count(b"\xef\xbf\xbd") or _mostly_utf8(content[:_DETECTED_BYTES]):
        return content.decode("utf-8", "replace")
    return content.decode(likely_charset(content[:_DETECTED_BYTES]), "replace")


def _mostly_utf8(content: bytes) -> bool:
    # A text cut inside a character, or with one stray byte, is UTF-8 all the same.
    replaced = content.decode("utf-8", "replace")
    broken = replaced.count("\ufffd")
    whole = len(_HIGH.findall(replaced.encode("utf-8", "ignore"))) // 2 - broken
    return broken * 4 < whole


def header_text(value: bytes) -> str:
    """A header's value as people read it: encoded words (RFC 2047) decoded, also the malformed ones clients write."""
    return decode_words(decode(value[:_LONGEST_HEADER], None))


def decode_words(text: str) -> str:
    """``text`` with its encoded words decoded. Neighbours of one charset are joined first: characters get split."""
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub(r"\1", text[:_LONGEST_HEADER])
    pieces: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _WORD.finditer(text):
        named = word[1].partition("*")[0].lower()
        if word.start() > end or named != charset:
            pieces += [decode(pending, charset), text[end : word.start()]]
            pending = b""
        pending, charset, end = pending + _word_bytes(word[2], word[3]), named, word.end()
    return "".join((*pieces, decode(pending, charset) if pending else "", text[end:]))


def _word_bytes(kind: str, payload: str) -> bytes:
    content = payload.encode("utf-8", "surrogatepass")
    if kind in "bB":
        return from_base64(content)
    return binascii.a2b_qp(content.replace(b"_", b" ").replace(b"\n", b""), header=True)


_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_PADDING = re.compile(rb"=+")
_ONLY_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*\Z")


def from_base64(content: bytes) -> bytes:
    """Base 64 with line noise left out and missing padding made good; what follows the padding only if it is base 64.

    (Lists append their footers in plain text, and some software encodes in several padded pieces.)
    """
    first, *others = _PADDING.split(content, maxsplit=1_000)
    return b"".join(map(_piece, (first, *(other for other in others if _ONLY_BASE64.match(other)))))


def _piece(content: bytes) -> bytes:
    kept = content.translate(None, _NOT_BASE64)
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))

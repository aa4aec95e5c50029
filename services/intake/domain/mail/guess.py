"""Which charset a text is in that declares none: the one in which it reads like some language's everyday letters.

Customers' mails are short. Statistics over a whole charset go astray on ten words (figures in ADR 10); the few letters
that make up most of a language's text, and for Chinese, Japanese and Korean the rows of a charset that hold its common
characters, tell it from the same bytes in another charset.
"""

from __future__ import annotations

_LETTERS = (
    ("cp1252", "äöüß"),
    ("cp1252", "éèêàâçîôûùëïœæ"),
    ("cp1252", "ñáéíóúüç"),
    ("cp1252", "àèéìòù"),
    ("cp1252", "ãõçáéíóúâêôà"),
    ("cp1252", "åäöæøé"),
    ("cp1254", "ığşçöüâ"),
    ("cp1252", "áðéíóúýþæö"),
    ("cp1250", "ąćęłńóśźż"),
    ("cp1250", "áčďéěíňóřšťúůýžľĺôä"),
    ("cp1250", "áéíóöőúüű"),
    ("cp1250", "čćđšž"),
    ("cp1250", "ăâîşţ"),
    ("cp1257", "āčēģīķļņšūž"),
    ("cp1257", "ąčęėįšųūž"),
    ("cp1251", "оеаинтсрвлкмдпуяыьзг"),
    ("cp1251", "оаниівтрелксдумпзяьбї"),
    ("koi8_r", "оеаинтсрвлкмдпуяыьзг"),
    ("koi8_u", "оаниівтрелксдумпзяьбї"),
    ("cp866", "оеаинтсрвлкмдпуяыьзг"),
    ("cp1253", "αοιετσνηυρπκμλςάίόέώύήδγ"),
    ("cp1255", "יוהלאתרבמשנםדחקןפע"),
    ("cp1256", "اليمونتربةعدسفهكقأحجش"),
    ("cp874", "านรอกเงมยลวดทสตะปบคหแใไ่้ีัิ็์ำุูึื"),
)
"""Charset, and the letters beyond ASCII that make up most of what a language writes in it. Of equals the first wins."""
_ROWS = (
    ("cp949", ((0xB0, 0xC8), (0xA1, 0xA1), (0xA3, 0xA3))),
    ("euc_jp", ((0xA4, 0xA5), (0xA1, 0xA1), (0xB0, 0xCF))),
    ("cp932", ((0x82, 0x83), (0x81, 0x81), (0x88, 0x98))),
    ("gb18030", ((0xB0, 0xD7), (0xA1, 0xA1), (0xA3, 0xA3))),
    ("big5", ((0xA4, 0xC6), (0xA1, 0xA1))),
)
"""Charset, and the first bytes of the rows that hold what a language commonly writes; Japanese: kana first."""
_KANA_AT_LEAST = 0.2
_SPACES_AT_MOST = 0.1
"""Chinese and Japanese set no spaces between words."""
_NEUTRAL = frozenset("ªº²³§€‚„…‘’“”–—«»•°™ \u00ad")
_ENOUGH = 0.4
_SAMPLE_BYTES = 2_000


def likely_charset(content: bytes) -> str:
    """The charset in which ``content`` reads most like a language; ``cp1252`` when it reads like none."""
    sample = content[:_SAMPLE_BYTES]
    texts = {codec: sample.decode(codec, "replace") for codec in {codec for codec, _ in (*_LETTERS, *_ROWS)}}
    shares = [(_of_rows(texts[codec], codec, rows), codec) for codec, rows in _ROWS]
    shares += [(_of_letters(texts[codec], codec, letters), codec) for codec, letters in _LETTERS]
    best, codec = max(shares, key=lambda share: share[0])
    return codec if best >= _ENOUGH else "cp1252"


def _of_letters(text: str, codec: str, letters: str) -> float:
    """Of the characters beyond ASCII, the share that are among ``letters``; capitals count where a word begins."""
    known = total = 0
    before = " "
    for char in text.lower() if codec == "cp1251" and text.isupper() else text:
        if char > "\x7f" and char not in _NEUTRAL and (char not in "¿¡" or before.isalpha()):
            total += 1
            known += (char if before.isalpha() else char.lower()) in letters
        before = char
    return known / total if total else 0.0


def _of_rows(text: str, codec: str, rows: tuple[tuple[int, int], ...]) -> float:
    """Of the characters beyond ASCII, the share in ``rows``. Two-byte characters come in pairs by chance too rarely."""
    beyond = [char for char in text if char > "\x7f"]
    firsts = [char.encode(codec, "replace") for char in beyond]
    common = [first[0] for first in firsts if len(first) == 2 and any(low <= first[0] <= high for low, high in rows)]
    share = len(common) / len(beyond) if beyond else 0.0
    if codec != "cp949" and text.count(" ") > _SPACES_AT_MOST * len(beyond):
        share *= 0.8  # Cyrillic words of even length look like pairs
    if codec in ("euc_jp", "cp932"):
        kana = sum(rows[0][0] <= first <= rows[0][1] for first in common)
        return share if kana >= _KANA_AT_LEAST * len(beyond) else share / 2
    return share

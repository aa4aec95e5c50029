"""An e-mail address as somebody typed or pasted it: what cannot be seen, and what does not belong to it, goes.

Pasted addresses carry zero-width characters, soft hyphens, direction marks and no-break spaces; East Asian keyboards
type full-width letters and signs (Unicode block FF00, UTS #46 maps them too); people paste `Ann <ann@acme.example>`,
`mailto:`, quotes and a full stop. Letters of any script stay: RFC 6531 allows them.
"""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 254
"""RFC 5321 §4.5.3.1.3, with the erratum that leaves 254."""
_MOST_TYPED = 2_000
"""Characters looked at: an address with a name and invisible characters is far below."""
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\\[\]]{1,64}@(?:[^\s@<>(),;:\"\\\[\].]{1,63}\.)+[^\s@<>(),;:\"\\\[\].]{2,63}")
"""One plain address with a domain that has a dot (RFC 5321 §4.5.3.1 lengths), letters of any script."""
_NAMED = re.compile(r"[^<>]{0,500}<([^<>]{3,500})>")
_SCHEME = re.compile(r"\Amailto:", re.I)
_WIDE = re.compile(r"[\uff01-\uff5e\ufe50-\ufe6b\u3002\uff61]+")
"""Full-width and small forms of ASCII, and the ideographic full stops that UTS #46 reads as dots."""
_BLANKS = "\u034f\u115f\u1160\u2800\u3164\uffa0"
"""Characters that show nothing though Unicode counts them among marks, letters and symbols."""
_JOINS = re.compile(r"(?<=[^\W\d_a-zA-Z])[\u200c\u200d](?=[^\W\d_a-zA-Z])")
"""Joiners between letters of a script other than Latin are spelling (RFC 5892, appendix A), not dirt."""
_WRAPPED = "'\"`´‘’‚“”„‹›«»()[]<>,;:.!?"


def typed_address(text: str) -> str:
    """``text`` without what does not belong to an address. Not yet an address: ask ``is_address``."""
    shown = _seen(_WIDE.sub(lambda found: _narrow(found[0]), text[:_MOST_TYPED])).strip()
    named = _NAMED.fullmatch(shown)
    inner = _SCHEME.sub("", (named[1] if named else shown).strip().strip(_WRAPPED))
    # An apostrophe inside stays: o'neil@acme.example. One spelling of é (RFC 6532 §3.1 asks for NFC).
    return unicodedata.normalize("NFC", inner.strip().strip(_WRAPPED).strip())


def is_address(text: str) -> bool:
    """Whether ``text`` is one e-mail address that could be answered to."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None and text == _seen(text)


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("。", ".")


def _seen(text: str) -> str:
    """``text`` without invisible characters; any kind of space is a plain one."""
    joined = {found.start() for found in _JOINS.finditer(text)}
    kept = (one if at in joined else _shown(one) for at, one in enumerate(text))
    return "".join(kept)


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    invisible = kind in ("Cf", "Cc", "Cs", "Co", "Cn") or character in _BLANKS or "\ufe00" <= character <= "\ufe0f"
    return "" if invisible else character

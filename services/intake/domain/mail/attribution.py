"""The line above a quotation that says who wrote what follows: *On … Ann wrote:*, in whatever language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.domain.mail.addresses import ADDRESS
from services.intake.domain.mail.blocks import is_quoted, label_of, plain
from services.intake.domain.mail.vocabulary import WROTE

OPENINGS = (
    "on ",
    "am ",
    "le ",
    "el ",
    "il ",
    "op ",
    "den ",
    "em ",
    "dne ",
    "dnia ",
    "w dniu ",
    "в ",
    "la ",
    "ngày ",
    "vào ",
)
"""How the line above a quotation begins where it begins with the time."""
QUOTING = (
    "quoting ",
    "zitat von ",
    "citando ",
    "citat av ",
    "citat från ",
    "citation de ",
    "lainaus ",
    "citazione di ",
)
"""How it begins where no verb and no time follow."""
_FIRST_PERSON = (
    "i ",
    "we ",
    "ich ",
    "wir ",
    "je ",
    "nous ",
    "j'",
    "yo ",
    "io ",
    "eu ",
    "ik ",
    "jag ",
    "jeg ",
    "я ",
    "мы ",
)
"""How somebody begins who tells of writing; no program does."""
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")
MOMENT = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\b(?:19|20)\d{2}\b")
"""A time, a date or a year."""
_GLUED = re.compile(r"(\S.*?)\s*\b(?:On|Am|Le|El|Il|Op|Den|Em) (?=[^\d.!?]{0,25}\d)")
_UNDASHED = re.compile(r"^-{2,}\s*(?=[^\s-])|(?<=\w)\s*-{2,}$")
_DIGITS = re.compile(r"\d{1,4}")
_LONGEST = 400
"""Characters of an attribution, all its lines together."""


def attribution_at(lines: Sequence[str], start: int) -> int:
    """How many lines the line above a quotation takes when one starts here (*On … Ann wrote:*); 0 when none does.

    Known verbs count, and so does any line that ends in a colon and names both an address and a time. Words that stand
    right above such a line, with no blank line between, are not taken for its beginning.
    """
    joined, blanks = "", 0
    for count, line in enumerate(lines[start : start + _MOST_LINES], start=1):
        open_bracket = joined.count("<") > joined.count(">")
        text, dashed = undashed(line.strip() if open_bracket else plain(line))
        if not text:
            blanks += 1
            if blanks > 2 or not (open_bracket or _goes_on(lines, start + count, joined)):
                return 0
            continue
        if count > 1 and not open_bracket:
            if label_of(text) or is_quoted(line) != is_quoted(lines[start]):
                return 0
            if count - blanks > 4:
                return 0
        joined = f"{joined} {text}".strip()
        if len(joined) > _LONGEST:
            return 0
        if joined.endswith((":", "：")) or ((count == 1 or dashed) and _ends_with_verb(joined)):
            found = _is_attribution(joined, count, dashed=dashed)
            return count if found and not (count > 1 and _begins_below(lines, start, count)) else 0
    return 0


_MOST_LINES = 8
"""Lines of an attribution, those left blank among them: Gmail breaks it anywhere, telephones set the address apart."""


def _goes_on(lines: Sequence[str], at: int, joined: str) -> bool:
    """Whether the address follows below a blank line, after a time and a name."""
    below = next((line.strip() for line in lines[at : at + 2] if line.strip()), "")
    return below.startswith("<") and "@" not in joined and MOMENT.search(joined) is not None


def _begins_below(lines: Sequence[str], start: int, count: int) -> bool:
    """Whether one of the lines under ``start`` begins a whole attribution, so that this one is somebody's words."""
    return any(
        _is_whole(lines, at, named_above=start) for at in range(start + 1, start + count) if lines[at][:1] not in "><"
    )


def _is_whole(lines: Sequence[str], at: int, *, named_above: int) -> bool:
    count = attribution_at(lines, at)
    text = " ".join(plain(line) for line in lines[at : at + count])
    above = " ".join(plain(line) for line in lines[named_above:at])
    ended = above.endswith(_SENTENCE_ENDS)
    begun = above.casefold().startswith(OPENINGS) and (
        MOMENT.search(above) is not None or (not ended and any(map(str.isdigit, above)))
    )
    if count and (text.casefold().startswith(QUOTING) or (ended and not begun)):
        return True
    if not MOMENT.search(ADDRESS.sub("", text)) or text.startswith("<"):
        return False
    if text.casefold().startswith(OPENINGS):
        return True
    return not begun and (ADDRESS.search(above) is None or ADDRESS.search(text) is not None)


def introduces(text: str) -> bool:
    """Whether a line says whose words follow, in whatever form: told only where a quotation follows indeed."""
    if len(text) > _LONGEST // 2:
        return False
    return ends_with_verb(text) or (ADDRESS.search(text) is not None and text.endswith((":", "：", ">", ")", "]")))


def words_before_attribution(line: str) -> str:
    """What somebody wrote in front of *On … Ann wrote:* in the same line, as some programs glue them."""
    text = plain(line)
    found = None if text.casefold().startswith(OPENINGS) else _GLUED.match(text)
    return found[1].rstrip(" -") if found else ""


def undashed(text: str) -> tuple[str, bool]:
    """A line without the dashes that Zoho and others set it between (``---- On … wrote ----``), and whether it ended
    in them.
    """
    bare = _UNDASHED.sub("", text)
    return bare, bare != text and text.endswith("--")


def _ends_with_verb(text: str) -> bool:
    return text.casefold().endswith(
        ("작성", "写道", "寫道", "のメール", "wrote", "wrote>", "写入", "書きました", "said")
    )


def _is_attribution(text: str, count: int, *, dashed: bool) -> bool:
    lowered = text.casefold().rstrip(" :：>")
    if lowered.startswith(_FIRST_PERSON):
        return False
    numbers = len(_DIGITS.findall(text))
    has_address = ADDRESS.search(text) is not None
    said = any(
        (
            lowered.endswith(verb)
            or f"{verb} " in f"{lowered} "
            or (len(verb) > 3 and not verb.isascii() and verb in lowered)
        )
        for verb in WROTE
    )
    if (has_address and (numbers >= 3 or said)) or (said and dashed):
        return True
    if said and numbers >= 2 and len(text) < 150 and text.endswith((":", "：")):
        return True
    if said and lowered.startswith(OPENINGS):
        return numbers >= 1
    return ends_with_verb(text) and numbers >= 2 and (count > 1 or len(text) > 15)


def ends_with_verb(text: str) -> bool:
    """Whether a line ends in one of the verbs that stand above quotations (*… wrote:*)."""
    return text.casefold().rstrip(" :：>").endswith(tuple(WROTE))

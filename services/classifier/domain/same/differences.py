"""What says that two tickets are two problems, however alike they are worded: it overrules whoever calls them one."""

from __future__ import annotations

import re
from functools import lru_cache

from services.classifier.domain.same.marks import Marks, marks_of, plain
from services.classifier.domain.same.placed import (
    is_another,
    is_another_order,
    is_another_small_word,
    is_spaceless,
    replaced,
    same_word,
    words_of,
)
from services.classifier.domain.same.wording import stem

_ASKS = re.compile(
    r"\bhow (?:do|can|could|to|would|should|much|many|long|often)\b|\bis there (?:a|an|any)\b|\bcan (?:i|we|you)\b"
    r"|\bis it possible\b|\bwhere (?:do|can) (?:i|we)\b|\bwhere is the (?:button|setting|option)"
    r"|\bdo(?:es)? (?:you|the|your|it)\b|\bwhat(?:'s| is| are) (?:the|your)\b|\b(?:by|until|since) when\b|\bwhich\b"
    r"|\bwie (?:kann|können|geht|viel|lange)\b|\bcomment (?:faire|puis|peut)|\bcómo (?:puedo|se)\b|\bgibt es\b"
)
_FAILS = re.compile(
    r"n't\b|\bcannot\b|\b(?:do|does|did|ca|wo|is|are|was)nt\b|\bnot\b|\bno longer\b|\bnever\b|any ?more\b|nobody"
    r"|\bnone\b|nothing|\bfail\w*|\bwrong|missing|stuck|stopp\w*|crash\w*|fr(?:eez|oz)\w*|\bhangs?\b|broken|error"
    r"|\blost\b|slow|\bdead\b|empty"
    r"|\bnicht\b|\bkein\w*|fehler|kaputt|\bne\b.{1,20}\bpas\b|\bno (?:puedo|ha|se|funciona)\b|erreur"
)
_DONE = re.compile(
    r"\bworks? (?:again|now|fine now)|\b(?:working|back up|online) again|\b(?:re)?solved\b|\b(?:is|was|are|got) fixed"
    r"|\ball good|\b(?:fine|okay) again|\bsorted (?:now|out)|never ?mind|found (?:it|the)|\bstable now"
    r"|no longer (?:need|necessary)"
    r"|(?:geht|funktioniert|klappt|läuft) (?:jetzt )?wieder|\berledigt\b|gelöst"
    r"|(?:re)?marche (?:à nouveau|maintenant)|résolu|ya funciona|solucionado|resuelto|risolto|resolvido|opgelost"
    r"|解決しました|直りました|已解决|解决了|好了|해결"
)
_ANOTHER = re.compile(
    r"\banother (?:one|thing|issue|problem|question|request|matter|topic|refund|order|invoice|ticket|case|return"
    r"|payment)|\b(?:different|separate|unrelated|other|new|further) (?:issue|problem|question|request|matter|topic)\b"
    r"|\bone more (?:thing|question)|\b(?:andere|weitere|neue)s? (?:frage|problem|sache|bestellung)"
    r"|\bautre (?:question|problème|commande)|\botr[ao] (?:pregunta|problema|pedido)"
    r"|(?:out|broken|down|stuck|missing|affected|late|wrong|empty|dead|happens|shop|office|store) too\b|\bas well\b"
    r"|\bebenfalls\b|\bégalement\b|\btambién\b|\banche (?:la|il|lo|i|le|in|nel|a)\b|\btambém (?:a|o|na|no|em)\b"
)
_THANKS = re.compile(r"\b(?:thanks|thank you|thx|danke|merci|gracias)\b")
_NEEDS = re.compile(r"\?|\b(?:please|pls|need|want|would like|could|can|bitte|brauchen?|svp|por favor)\b")
_WORKS = re.compile(
    r"\bi (?:have |'ve )?(received)\b|\bcan (\w{3,})(?=[^.!?\n]{0,30}\bbut\b)"
    r"|\b(\w{3,}) (?:still )?(?:works?|is fine|are fine)\b"
)
_WORKS_NOT = re.compile(
    r"(?:\b(?:not|cannot|never|unable to)|n't) (?:(?:be|been|even|really|yet|always) )?(\w{3,})"
    r"|\b(\w{3,}) (?:fails?|(?:do|does|is)(?:n't| not) work\w*)\b"
)


def differences(one: str, other: str) -> list[str]:
    """Why these are two problems, in a word each; empty when nothing says so."""
    one, other = plain(one), plain(other)
    a, b = marks_of(one), marks_of(other)
    return [*_of_marks(a, b, one, other), *_of_states(one, other), *_of_places(one, other)]


def _of_marks(a: Marks, b: Marks, one: str, other: str) -> list[str]:
    found = [
        kind
        for kind in ("numbers", "codes", "addresses", "money", "letters", "days", "places", "called")
        if getattr(a, kind) and getattr(b, kind) and not getattr(a, kind) & getattr(b, kind)
    ]
    found += [noun for noun in a.counted.keys() & b.counted.keys() if not a.counted[noun] & b.counted[noun]]
    found += ["opposites" for x, y in zip(a.members, b.members, strict=True) if x and y and not x & y][:1]
    if _unknown(a.names, words_of(other)) and _unknown(b.names, words_of(one)):
        found.append("names")
    return found


def _of_states(one: str, other: str) -> list[str]:
    a, b = _state(one.casefold()), _state(other.casefold())
    found = ["a question"] if a["asks"] != b["asks"] and a["fails"] != b["fails"] and a["asks"] != a["fails"] else []
    found += [name for name in ("solved", "another") if a[name] != b[name]]
    works, works_not = (frozenset(_stems(kind, one)) for kind in (_WORKS, _WORKS_NOT))
    their_works, their_works_not = (frozenset(_stems(kind, other)) for kind in (_WORKS, _WORKS_NOT))
    if (works - works_not) & their_works_not or works_not & (their_works - their_works_not):
        found.append("works there")
    return found


@lru_cache(maxsize=256)
def _state(low: str) -> dict[str, bool]:
    asks, fails = bool(_ASKS.search(low)), bool(_FAILS.search(low))
    thanks = bool(_THANKS.search(low) and not _NEEDS.search(low) and not fails)
    return {
        "asks": asks and not fails,
        "fails": fails and not asks,
        "solved": bool(_DONE.search(low)) or thanks,
        "another": bool(_ANOTHER.search(low)),
    }


def _of_places(one: str, other: str) -> list[str]:
    pairs = replaced(one, other)
    if pairs is None:
        return ["another word"] if not is_spaceless(one) and is_another_order(one, other) else []
    found = ["another word" for said, instead in pairs if is_another(said, instead)][:1]
    found += ["a small word" for said, instead in pairs if is_another_small_word(said, instead)][:1]
    if _denies(one, other) or _denies(other, one):
        found.append("denied")
    return found


def _denies(one: str, other: str) -> bool:
    not_there = _stems(_WORKS_NOT, other)
    return any(said not in not_there and said in map(stem, words_of(other)) for said in _stems(_WORKS_NOT, one))


def _stems(said: re.Pattern[str], text: str) -> list[str]:
    return [stem("".join(found)) for found in said.findall(text.casefold())]


def _unknown(names: frozenset[str], words: tuple[str, ...]) -> bool:
    return any(not any(same_word(name, word) or word.startswith(name) for word in words) for name in names)

"""A customer's own words: without greeting, signature, and what a transcript puts around them."""

from __future__ import annotations

import re

COMPARED_CHARS = 3_000
"""Characters of a ticket's text that are compared: what a problem is stands at the beginning."""

_REPLIED = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|sv|tr|rv|antw)\s*:)+", re.I)
_HELLO = re.compile(
    r"^[ \t]*(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|moin|guten (?:tag|morgen|abend)"
    r"|sehr geehrte[rn]?|liebe[rs]?|bonjour|bonsoir|hola|buen(?:os|as) \w+|ciao|buongiorno|olá)\b"
    r"(?:(?:[ \t]+(?:(?i:team|all|there|everyone|everybody|folks|guys|support|sir|madam|and|or|to|you|und|zusammen"
    r"|damen|herren|à|tous|a todos)|[A-ZÀ-Þ][\w'.-]*[a-zß-ÿ.]))*[ \t]*(?:[,.!:]+|$)|,?[ \t]+|$)[ \t]*",
    re.M,
)
_CLOSING = (
    r"(?:(?:best|kind|warm|many) regards|regards|best|best wishes|sincerely|yours|cheers"
    r"|thanks|thank you|many thanks|thx|mit freundlichen|viele grüße|beste grüße|freundliche grüße|liebe grüße|gruß"
    r"|grüße|mfg|lg|vg|danke|vielen dank|cordialement|bien à vous|merci|saludos|un saludo|gracias)"
)
_SIGNED = re.compile(rf"\n[ \t]*(?:--|{_CLOSING}\b)[^\n]{{0,40}}(?:\n[^\n]{{0,80}}){{0,8}}\s*\Z", re.I)
_SIGNED_IN_LINE = re.compile(rf"(?<=[.!?])[ \t]+{_CLOSING}\b[^.!?\n]{{0,40}}[.!]?\s*\Z", re.I)
_SENT_FROM = re.compile(r"\n\s*(?:sent from my|von meinem|gesendet von|envoyé de mon|enviado desde)[^\n]*\s*\Z", re.I)
_LEAST_LEFT = 10
"""A closing so near the beginning closes nothing: the text is short and all of it is said."""

_ENDINGS = re.compile(r"(?:ingly|ings?|edly|ed|ies|es|s|ly|ung|ungen|en|em|er|e|n|t)$")

_LABELLED = re.compile(
    r"^[ \t]*(?P<time>[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?[\])]?[ \t]*[-–]?[ \t]*)?"
    r"(?P<who>[^\W\d_][\w .'-]{0,24})(?:[ \t]*[\[(][^)\]\n]{1,24}[)\]])?[ \t]*:(?=[ \t])[ \t]*(?P<said>.*)$"
)
_CUSTOMER = re.compile(
    r"(?:customer|visitor|user|me|guest|client|caller|kunde|kundin|besucher|gast|ich|cliente"
    r"|visiteur|moi|usuario|yo|utente)\b",
    re.I,
)
_OURS = re.compile(
    r"(?:agent|bot|support|operator|assistant|chatbot|helpdesk|mitarbeiter|berater|agente|operador|conseiller"
    r"|asistente)\w*\b",
    re.I,
)


def own_words(subject: str, text: str) -> str:
    """What the customer says: the subject and the words, a line each, without what stands around them."""
    body = _without_speakers(text[:COMPARED_CHARS].replace("’", "'")).strip()
    body = _HELLO.sub("", body).strip()
    for ending in (_SENT_FROM, _SIGNED, _SIGNED_IN_LINE):
        found = ending.search(body)
        if found and found.start() >= _LEAST_LEFT:
            body = body[: found.start()].rstrip()
    return "\n".join(part for part in (_REPLIED.sub("", subject).strip().replace("’", "'"), body) if part)


def _without_speakers(text: str) -> str:
    """A transcript's lines without who said them, and without what we said. Other text as it is."""
    lines = [(line, _LABELLED.match(line)) for line in text.split("\n")]
    if not _is_transcript([found for _, found in lines if found]):
        return text
    kept, ours = [], False
    for line, found in lines:
        if found:
            ours = bool(_OURS.match(found["who"]))
        if not ours:
            kept.append(found["said"] if found else line)
    return "\n".join(kept)


def _is_transcript(labelled: list[re.Match[str]]) -> bool:
    """Whether lines say who speaks: a customer, or several times somebody, with the time or one of us among them."""
    return any(_CUSTOMER.match(found["who"]) for found in labelled) or (
        len(labelled) > 1 and any(found["time"] or _OURS.match(found["who"]) for found in labelled)
    )


def stem(word: str) -> str:
    """A word without its ending, so that *orders*, *ordered* and *order* are one."""
    stem = _ENDINGS.sub("", word)
    return stem if len(stem) >= 4 else word

"""What of a ticket is read: enough to tell what it is about, and no more."""

from __future__ import annotations

import re

from contracts.ticket import Ticket

TEXT_LIMIT_CHARS = 2_400
"""Characters of a ticket that the model sees: about 600 tokens of English."""
_HEAD, _TAIL = 0.5, 0.25
"""Shares of the limit for the beginning and the end of a long ticket; sentences that ask take the rest."""

_WORD = re.compile(r"[^\W\d_\u115f\u1160\u3164\uffa0]+")
"""Letters. The four Hangul fillers count as such in Unicode, and are blanks to whoever looks at them."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""C0 and C1 controls but for line breaks, and halves of characters, which no request could carry."""
_HIDDEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
"""What nobody sees but a model reads: zero-width signs, direction overrides, tags. Joiners stay, words need them."""
_GAP = " … "
_SPACELESS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
_ASKS = re.compile(
    r"[?？¿]|\b(please|can you|could you|need|want|help|how|why|when|urgent|asap|bitte|können|brauche|por favor|"
    r"puede|necesito|pouvez|besoin|svp|potete|vorrei|kunnen|graag|proszę)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset(
    """
    hi hii hello hey heya hallo halo hola ola oi bonjour salut ciao hej moin servus namaste privet test testing help
    please thanks thank you ok okay yes no there team all dear sir madam good morning afternoon evening day guten tag
    buenos dias días buenas tardes bom dia re fw fwd anyone hilfe bitte danke ayuda gracias aide merci aiuto grazie
    pomocy the a is it me
    """.split()  # noqa: SIM905
)
_LEAST_LETTERS, _LEAST_SPACELESS = 4, 2


def seen(text: str) -> str:
    """The text as a person sees it: nothing in it that only a machine would read."""
    return _HIDDEN.sub("", _CONTROL.sub(" ", text))


def words_of(ticket: Ticket) -> str:
    """Subject and text as one, the subject first."""
    return "\n".join(filter(None, (seen(part).strip() for part in (ticket.subject, ticket.text))))


def is_too_short(ticket: Ticket) -> bool:
    """Whether greetings, punctuation, digits and emoji are all there is."""
    said = [word for word in _WORD.findall(words_of(ticket).casefold()) if word not in _SAYS_NOTHING]
    letters = "".join(said)
    return len(letters) < (_LEAST_SPACELESS if _SPACELESS.search(letters) else _LEAST_LETTERS)


def cut(text: str, limit: int = TEXT_LIMIT_CHARS) -> str:
    """A long text cut where least is lost: its head, its tail, and the sentences between that ask for something."""
    if len(text) <= limit:
        return text
    head, tail = text[: int(limit * _HEAD)], text[-int(limit * _TAIL) :]
    middle = text[len(head) : len(text) - len(tail)]
    room, kept = limit - len(head) - len(tail), []
    for sentence in _SENTENCE.findall(middle[: limit * 40]):
        sentence = sentence.strip()
        if _ASKS.search(sentence) and len(sentence) <= room:
            kept.append(sentence)
            room -= len(sentence) + len(_GAP)
    return _GAP.join((head.rstrip(), *kept, tail.lstrip()))

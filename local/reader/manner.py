"""How urgent a ticket is and in what tone it is written.

Signs are gathered: likeness to a handful of plain sentences, in any language the encoder knows, and to what the team
itself calls urgent or angry; words that seldom mean anything else; how it is written; for tone, a head learned from
forum comments (GoEmotions). What each sign is worth was learned from labelled tickets (``evaluation/train_manner.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from local.reader.encoder import ENGLISH, Encoder
from local.reader.kernel import RIDGE, closeness
from local.reader.language import is_english
from local.reader.sentences import TONE, URGENCY
from local.reader.sorter import views_of
from local.reader.weights import weights
from local.reader.wordpiece import rank

_CAN_WAIT = re.compile(
    r"\b(no (great |big |particular )?(rush|hurry)|not urgent|nothing urgent|can wait|any time|"
    r"when(ever)? (it |that )?suits|when(ever)? you (have|get|find) (a |some |the )?(time|moment|minute)|"
    r"low priority|keine eile|eilt nicht|rien ne presse|pas urgent|sin prisa|no es urgente|"
    r"non è urgente|senza fretta|sem pressa|geen haast|bez pośpiechu)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(today|tonight|tomorrow|asap|right now|immediately|by noon|midnight|"
    r"(in|within|next) (the |an? |half an? |about )?(\d+ |one |two |three |few )?(minutes?|min|hours?|hrs?)|"
    r"heute noch|sofort|dringend|morgen früh|aujourd'hui|demain|immédiatement|hoy mismo|mañana mismo|urgentemente|"
    r"oggi stesso|subito|hoje mesmo|amanhã|vandaag nog|onmiddellijk|dzisiaj|natychmiast|pilne)\b",
    re.IGNORECASE,
)
_STANDSTILL = re.compile(
    r"\b(nobody|no ?one|none of (us|our|the)|(no|not a single) (customer|client|user|employee)s?)\b[^.!?\n]{0,40}?"
    r"\bcan (work|log|sign|get in|use|open|order|buy|pay|check ?out|access|reach|see|load|call|print|book|do)\b|"
    r"\b(whole|entire|all (of )?our) [^.!?\n]{0,25}\b(blocked|stuck|locked out|at a standstill|can('t|not) work)\b|"
    r"\b(niemand (von uns |hier )?kann|personne ne peut|nadie puede|nessuno riesce|ninguém consegue|niemand kan)\b",
    re.IGNORECASE,
)
"""Many people cannot do what they come for: what *high* is defined by."""
_ANGER = re.compile(
    r"\b(unacceptable|ridiculous|outrag\w+|disgrace\w*|disgust\w*|appalling|furious|fuming|livid|rage|raging|angry|anger|"
    r"annoy\w+|irritat\w+|infuriat\w+|offend\w+|offensive|bitter|resent\w*|hate|hated|hating|hates|fed up|sick of|"
    r"had enough|pissed|piss off|scam\w*|theft|thieves|robbery|rip.?off|liars?|lying|lawyer|sue you|useless|worthless|"
    r"incompeten\w+|idiots?|stupid|morons?|shame\w*|pathetic|unbelievable|nonsense|garbage|rubbish|crap\w*|bullshit|"
    r"wtf|damn\w*|hell|fuck\w*|shit\w*|bloody|terroris\w+|frechheit|unverschämt\w*|anwalt|unfassbar|"
    r"scandaleux|inadmissible|honte\w*|colère|vergüenza|indignante|vergogna|vergonha|ridículo|schande|belachelijk|"
    r"skandal\w*)\b|[😠😡🤬👿💢😤]",
    re.IGNORECASE,
)
_STRESS = re.compile(
    r"\b(IMMEDIATELY|TWICE|JETZT|SOFORT|IMMER|NICHT|MAINTENANT|ENCORE|JAMAIS|AHORA|NUNCA|SUBITO|MAI)\b"
)
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
COMMON = 5_000
"""BERT's vocabulary goes by frequency: a word of the first so many in capitals (NOW, DOWN, LEFT) is one that somebody
leans on. Abbreviations and names (API, VAT, PDF) come later, and calm people write them so too."""
URGENCIES, TONES = tuple(URGENCY), tuple(TONE)
Signs = NDArray[np.float64]
Own = dict[str, list[str]]
"""What the team itself calls by a name: level or tone → its phrases."""
_LINE = re.compile(r"^\s*(?:[-*]\s*)?(?:(\w+)\s*:\s*)?(.+)$")
_PHRASE = re.compile(r"\s*(?:[,;]|\bor\b|\.\s|\.$)\s*")
_ALL_OF = re.compile(
    r"^(?:everything|anything|all|alles|tout|todo)\s+(?:about|for|with|on|über|zu|sur|sobre)\s+", re.IGNORECASE
)
NOT = "not"
LEAST_PHRASE_CHARS = 4
OWN_NEAR, OWN_WORTH = 0.12, 80.0
"""How near (1: the same) a ticket must be to a phrase of the team's own, and what each bit nearer adds in log-odds."""


def urgency_of(text: str, urgent_words: tuple[str, ...], encoder: Encoder, own: Own | None = None) -> str:
    """low, medium or high."""
    signs = urgency_signs(text, urgent_words, encoder)
    return _likeliest(URGENCIES, "urgency", signs, _says_itself(text, URGENCIES, encoder, own or {}))


def tone_of(text: str, encoder: Encoder, own: Own | None = None) -> str:
    """calm, confused or angry."""
    return _likeliest(TONES, "tone", tone_signs(text, encoder), _says_itself(text, TONES, encoder, own or {}))


def meanings(said: str, names: Iterable[str], unnamed: str | None) -> Own:
    """The team's own words (``High: a lorry waits``), by name. Of a line that names none, ``unnamed``; None: nothing.

    What a line with *not* names is the least of them: of urgency low, of tone calm.
    """
    known = list(names)
    found: Own = {name: [] for name in known}
    for line in said.splitlines():
        named, rest = match.groups() if (match := _LINE.match(line)) else (None, "")
        name = (named or "").casefold()
        if named and name not in (*known, NOT):  # a colon that names nothing is part of the words
            rest = line.strip()
        of = name if name in known else known[-1] if name == NOT else unnamed
        if of:
            found[of] += [_ALL_OF.sub("", part) for part in _PHRASE.split(rest) if len(part) >= LEAST_PHRASE_CHARS]
    return found


def urgency_signs(text: str, urgent_words: tuple[str, ...], encoder: Encoder) -> Signs:
    """What speaks for how urgent it is."""
    listed = any(word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in urgent_words)
    near = bool(_DUE.search(text) or _STANDSTILL.search(text))
    return np.array(
        [*_likeness(text, URGENCY, encoder), near, listed, bool(_CAN_WAIT.search(text)), "?" in text], np.float64
    )


def tone_signs(text: str, encoder: Encoder) -> Signs:
    """What speaks for the tone it is written in."""
    heads = [_head("angry", view, encoder) for view in views_of(text)]
    stresses, asks = _stresses(text), text.count("?")
    pressing = stresses * _likeness(text, URGENCY, encoder)[URGENCIES.index("high")]
    cues = map(float, (bool(_ANGER.search(text)), stresses, pressing, _shouts(text), asks > 0, asks > 1))
    likeness = _likeness(text, TONE, encoder)
    return np.array([*likeness, heads[0], max(heads), _head("confused", text, encoder), *cues], np.float64)


def _likeliest(names: tuple[str, ...], learned: str, signs: Signs, own: Signs) -> str:
    worth = weights()[learned]
    return names[int(np.argmax(worth[:, :-1] @ signs + worth[:, -1] + own))]


def _says_itself(text: str, names: tuple[str, ...], encoder: Encoder, own: Own) -> Signs:
    """What the team's own definition adds for each name: nothing until the ticket is near one of its phrases."""
    near, english, views = np.zeros(len(names)), is_english(text), views_of(text)
    for place, name in enumerate(names):
        if phrases := own.get(name):
            vectors = encoder([*views, *phrases])
            asked, known = vectors[: len(views)], vectors[len(views) :]
            alike = asked[:, :ENGLISH] @ known[:, :ENGLISH].T, asked[:, ENGLISH:] @ known[:, ENGLISH:].T
            near[place] = closeness(*alike, english=english).max()
    return np.asarray(OWN_WORTH * np.maximum(0, near - OWN_NEAR) * (near == near.max()), np.float64)


def _likeness(text: str, kinds: dict[str, tuple[str, ...]], encoder: Encoder) -> list[float]:
    """How like each kind the text as a whole is, then how like the sentence of it is that is most so."""
    english, views = is_english(text), views_of(text)
    lines = [
        (number, line)
        for number, each in enumerate(kinds.values())
        for line in each
        if line != text  # one of our own sentences, when what it shows is learned
    ]
    vectors = encoder([*views, *(line for _, line in lines)])
    asked, known = vectors[: len(views)], vectors[len(views) :]
    a, b = known[:, :ENGLISH], known[:, ENGLISH:]
    among = closeness(a @ a.T, b @ b.T, english=english) + RIDGE * np.eye(len(known))
    near = closeness(asked[:, :ENGLISH] @ a.T, asked[:, ENGLISH:] @ b.T, english=english)
    scores = near @ np.linalg.solve(among, np.eye(len(kinds))[[number for number, _ in lines]])
    return [*map(float, scores[0]), *map(float, scores.max(0))]


def _head(name: str, text: str, encoder: Encoder) -> float:
    english = is_english(text)
    learned = weights()[f"{name}_english" if english else f"{name}_any"]
    vector = encoder([text])[0]
    return float(np.clip((vector if english else vector[ENGLISH:]) @ learned[:-1] + learned[-1], -4, 4))


def _shouts(text: str) -> bool:
    return "!!" in text or _in_capitals(text)


def _stresses(text: str) -> bool:
    leant_on = _STRESS.search(text) or any(rank(word.lower()) < COMMON for word in _CAPITALS.findall(text))
    return bool(leant_on) and not _in_capitals(text)


def _in_capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return len(letters) > 20 and sum(map(str.isupper, letters)) > 0.6 * len(letters)

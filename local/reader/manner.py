"""How urgent a ticket is and in what tone it is written.

Both are read by likeness to a handful of plain sentences, in any language the encoder knows, and by cues that leave
no doubt. Tone also has a head learned from forum comments (GoEmotions): it knows more ways to be angry than a list.
"""

from __future__ import annotations

import re

import numpy as np

from local.reader.encoder import ENGLISH, Encoder
from local.reader.kernel import ridge
from local.reader.language import is_english
from local.reader.sentences import TONE, URGENCY
from local.reader.sorter import views_of
from local.reader.weights import weights

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
DUE, LISTED, DOUBT = 0.2, 0.1, 0.04
"""What a near date or a standstill and one of the team's urgent words add to *high*, and what *medium* must lead by."""
_STRESS = re.compile(
    r"\b(NOW|STILL|NEVER|AGAIN|NOT|NO|NOTHING|NOBODY|EVERY|ALWAYS|STOP|FIX|WHY|WHEN|HOW|IMMEDIATELY|TODAY|TWICE|ENOUGH|"
    r"(?:HOUR|DAY|WEEK|MONTH|TIME)S?|JETZT|SOFORT|IMMER|NICHT|MAINTENANT|ENCORE|JAMAIS|AHORA|NUNCA|SUBITO|MAI)\b"
)
"""Plain words in capitals: somebody leans on them. Abbreviations and names are written so by calm people too."""
LIKENESS, SAYS_SO, STRESSES, SHOUTS, ASKS = 5.0, 2.0, 1.0, 0.6, 0.5
"""What likeness, an unmistakable word, a stressed one, shouting and a question mark count for in a tone's score."""
ONE_SENTENCE = 0.6
"""How much angrier one sentence must be than a whole ticket to count: a long calm story may end in a threat."""
HEAD = {"angry": 0.8, "confused": 0.3}
"""How much the learned head counts. A question in a forum is not confusion at a help desk; anger is anger."""
LEAN = {"angry": 0.0, "confused": 0.25}
"""Where each score's zero lies. All were chosen on the tuned half of our own set and GoEmotions' development half."""


def urgency_of(text: str, urgent_words: tuple[str, ...], encoder: Encoder) -> str:
    """low, medium or high."""
    score = _likeness(text, URGENCY, encoder)
    if _CAN_WAIT.search(text):
        return "high" if score["high"] > score["low"] else "low"
    listed = any(word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in urgent_words)
    score["high"] += DUE * bool(_DUE.search(text) or _STANDSTILL.search(text)) + LISTED * listed
    score["medium"] -= DOUBT
    return max(score, key=lambda name: score[name])


def tone_of(text: str, encoder: Encoder) -> str:
    """calm, confused or angry. Who is both is angry: that is what must not be overlooked."""
    angry, confused = tone_scores(text, encoder)
    return "angry" if angry > 0 else "confused" if confused > 0 else "calm"


def tone_scores(text: str, encoder: Encoder) -> tuple[float, float]:
    """How angry and how confused, each above zero when it is likelier than not."""
    whole, *sentences = (_tones(view, encoder) for view in views_of(text))
    angry = max([whole[0], *(angry - ONE_SENTENCE for angry, _ in sentences)])
    return angry + STRESSES * _stresses(text), whole[1]


def _tones(text: str, encoder: Encoder) -> tuple[float, float]:
    like = _likeness(text, TONE, encoder)

    def score(name: str) -> float:
        return LIKENESS * (like[name] - like["calm"]) + HEAD[name] * _head(name, text, encoder) + LEAN[name]

    angry = score("angry") + SAYS_SO * bool(_ANGER.search(text)) + SHOUTS * _shouts(text)
    return angry, score("confused") + ASKS * ("?" in text)


def _likeness(text: str, kinds: dict[str, tuple[str, ...]], encoder: Encoder) -> dict[str, float]:
    lines = [(number, line) for number, each in enumerate(kinds.values()) for line in each]
    vectors = encoder([text, *(line for _, line in lines)])
    owners = np.array([number for number, _ in lines])
    scores = ridge(vectors[:1], vectors[1:], owners, len(kinds), english=is_english(text))
    return dict(zip(kinds, map(float, scores), strict=True))


def _head(name: str, text: str, encoder: Encoder) -> float:
    english = is_english(text)
    learned = weights()[f"{name}_english" if english else f"{name}_any"]
    vector = encoder([text])[0]
    return float(np.clip((vector if english else vector[ENGLISH:]) @ learned[:-1] + learned[-1], -4, 4))


def _shouts(text: str) -> bool:
    return "!!" in text or _in_capitals(text)


def _stresses(text: str) -> bool:
    return bool(_STRESS.search(text)) and not _in_capitals(text)


def _in_capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return len(letters) > 20 and sum(map(str.isupper, letters)) > 0.6 * len(letters)

"""Whether a text is English: what the English encoder may be believed on."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    """
    the a an and or but is are was were be been am i you he she it we they my your our their me us to of in on at for
    from with without by not no do does did have has had can could will would should this that these those what when
    where which who why how there here if so as about after before again still any all more just please thanks cannot
    don't can't didn't doesn't won't isn't i'm it's i've get got up out than then because into over now
    """.split()  # noqa: SIM905
)
_OTHERS = frozenset(
    """
    der die das und oder aber ist sind war ich du er sie es wir ihr mein meine meinen unser unsere nicht kein keine mit
    ohne von zu im auf für bei ein eine einen wie was wann wo warum kann können bitte haben hat habe wird werden noch
    le la les un une des et ou est sont je tu il elle nous vous mon ma mes notre nos votre pas ne de du en dans sur pour
    avec sans que qui quoi où quand comment pourquoi peut peux pouvez avez ai bonjour merci ça ce cette mais
    el los las una unos y o pero es son soy yo él ella nosotros mi mis nuestro nuestra su no del al con sin por para qué
    cómo cuándo dónde puedo puede pueden tengo tiene hola gracias este esta está he ha han muy desde
    il lo gli uno e ed ma sono io lui lei noi voi mio mia nostro nostra non di da nel sul per con senza che chi cosa
    come quando dove perché posso può ho ha avete buongiorno grazie questo questa
    het een en of maar is zijn ben ik jij hij zij wij mijn onze niet geen met zonder van naar op voor bij hoe wat
    wanneer waar waarom kan kunnen heb heeft hebben graag dank
    o os as um uma e ou mas é são eu ele ela nós meu minha nosso nossa não do da no na com sem por para que quem como
    quando onde posso pode tenho tem obrigado olá está
    i w z na do nie tak jest są ja my mój moja nasz nasza się że jak kiedy gdzie dlaczego mogę można mam ma proszę dzień
    ve bir bu ben biz için ile değil mi nasıl ne zaman nerede neden var yok lütfen teşekkürler
    """.split()  # noqa: SIM905
)
_SHARED = _ENGLISH & _OTHERS
LEAST_LATIN = 0.7
"""Share of letters in the Latin alphabet below which a text is not English, whatever else it says."""


def is_english(text: str) -> bool:
    """Whether the text looks English. In doubt it does."""
    letters = [character for character in text if character.isalpha()]
    if sum(character < "\u0250" for character in letters) < LEAST_LATIN * len(letters):
        return False
    words = [word for word in _WORD.findall(text.casefold().replace("’", "'")) if word not in _SHARED]
    foreign = sum(word in _OTHERS for word in words) + sum(not word.isascii() for word in words) / 2
    return foreign <= sum(word in _ENGLISH for word in words)

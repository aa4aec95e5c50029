"""People's names: known from the ticket, announced, or where a letter has them: in its greeting and under its close."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CAP = r"[A-ZÀ-ÞĀ-ŽİŞĞΑ-ΩΆΈΉΊΌΎΏА-ЯЁЇІЄ]"
_WORD = rf"(?-i:{_CAP}[\w'’.-]*)"
_NAME = rf"{_WORD}(?:\s+{_WORD}){{0,3}}"
_CLOSING = re.compile(
    r"(?:^|\s)(?:(?:kind|best|warm|many) regards|best wishes|yours (?:sincerely|faithfully|truly)|sincerely|"
    r"mit (?:freundlichen|besten|lieben) gr(?:ü|ue)(?:ß|ss)en|(?:viele|liebe|beste|schöne|freundliche) gr(?:ü|"
    r"ue)(?:ß|ss)e|mfg|"
    r"cordialement|bien à vous|salutations distinguées|un (?:cordial )?saludo|saludos(?: cordiales)?|atentamente|"
    r"atenciosamente|cumprimentos|(?:distinti|cordiali) saluti|met vriendelijke groet(?:en)?|groetjes|"
    r"med vänlig(?:a)? hälsning(?:ar)?|vänliga hälsningar|(?:med )?venlig hilsen|med vennlig hilsen|mvh|"
    r"ystävällisin terveisin|pozdrawiam|z poważaniem|s pozdravem|üdvözlettel|cu stimă|saygılarımla|с уважением|"
    r"з повагою|"
    r"με εκτίμηση|敬具|此致)"
    rf"(?=\s*(?:[,.!]|$)|\s+(?:aus|from|de)\b|\s+(?-i:{_CAP})).{{0,150}}$",
    re.I,
)
"""Nobody writes these in the middle of a ticket: what follows is a signature."""
_SIGN_OFF = re.compile(
    rf"(?<=[.!?,])\s+(?:regards|best|cheers|thanks(?:\s+in\s+advance)?|thank\s+you|yours)\s*[,.!]?\s+{_NAME}(?:[|"
    rf",].*)?$",
    re.I,
)
_CLOSED = re.compile(rf"(?<=[.!?])\s+[^\s.!?,\d]+(?:\s+[^\s.!?,\d]+){{0,3}},\s+{_WORD}(?:\s+{_WORD}){{0,2}}\.?$")
"""A few words, a comma, a name, the end: so letters close in most languages (*Merci d'avance, Jeanne*)."""
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Madame|Mme|Monsieur|Señora?|Sra?|Signora?|Sig|Dhr|Mevr|Mevrouw|Meneer|"
    r"Pani?|"
    rf"Senhora?|Herra|Rouva|Господин|Госпожа)\b\.?\s+{_CAP}[\w'’-]+(?:\s+{_CAP}[\w'’-]+)?"
    r"|[\u4e00-\u9fff々ァ-ヶー]{1,5}(?:さん|様|氏)|[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐)|[가-힣]{2,4}\s?[님씨](?![가-힣]{2})"
)
_CALLED = re.compile(
    r"(?P<said>\b(?:my name is|my name's|i am called|ich heiße|mein name ist|mi nombre es|me llamo|je m['’]appelle|"
    r"mon nom est|mi chiamo|il mio nome è|(?:o )?meu nome é|me chamo|mijn naam is|ik heet|jag heter|mitt namn är|"
    r"jeg hedder|"
    r"jeg heter|nimeni on|nazywam się|mam na imię|jmenuji se|a nevem|mă numesc|benim adım|adım|меня зовут|мене звати|"
    rf"με λένε|ονομάζομαι)\s+){_NAME}",
    re.I,
)
_CALLED_EAST = re.compile(
    r"(?<=私は)[\u4e00-\u9fffァ-ヶーぁ-ん]{1,8}?(?=です|と申)|[\u4e00-\u9fffァ-ヶー]{1,6}(?=と申しま)|"
    r"(?<=我叫)[\u4e00-\u9fff]{2,4}?(?=[，,。\s]|$)"
    r"|(?<=我的名字是)[\u4e00-\u9fff]{2,4}|(?<=저는 )[가-힣]{2,4}(?=입니다|이라고|라고)|(?<=이름은 )[가-힣]{2,4}?(?=입니다|이고|이며|[.,\s]|$)"  # noqa: E501
    r"|(?<=اسمي )\w+(?:\s\w+)?|(?<=שמי )\w+(?:\s\w+)?"
)
_SELF = re.compile(
    rf"\b(?P<said>(?:this is|i'm|i am|ich bin|je suis|soy|sono|sou|ik ben|jag är|jestem)\s+)"
    rf"(?P<name>(?-i:{_CAP}[\w'’-]*[a-zß-ÿ](?:\s+{_CAP}[\w'’-]+){{0,2}}))"
    r"(?=\s+(?:from|at|of|with|and|here|von|de|da|van|från|z)\b|\s*[,.;!]|$)",
    re.I,
)
_GREETED = re.compile(
    rf"^(?P<said>(?:dear|hi|hello|hey|hallo|moin|liebe[rs]?|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|bonjour|"
    rf"salut|ch[eè]re?|"
    r"hola|estimad[oa]|ciao|salve|buongiorno|gentile|ol[áa]|prezad[oa]|bom dia|beste|geachte|hej|hei|hallå|cześć|"
    r"dzień dobry|"
    r"szanown[ay]|ahoj|dobrý den|szia|merhaba|sayın|привет|здравствуйте|уважаем(?:ый|ая)|добрый день|вітаю|"
    r"γεια(?: σας)?)\s*,?\s+)"
    rf"(?P<name>{_WORD}(?:\s+{_WORD}){{0,2}})(?=\s*[,!.:–-])",
    re.I,
)
_SHORTEST_NAME = 3
_NO_NAMES = frozenset(
    """a an angry annoyed at confused disappointed from furious getting having in locked lost new not on really so still
    stuck support team the there to trying unable unacceptable unhappy upset urgent using very with your""".split()  # noqa: SIM905
)
"""What follows “I am” or “This is” or “Hello” in capitals, and is no name."""
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Scripts in which a name stands in a sentence without a space around it, and has two characters."""
_SIGNED_LINES, _SIGNED_WORDS = 5, 4


def without_ends(text: str) -> str:
    """The text without the greeting on a line of its own, and without the signature's lines under its close."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) > 1 and lines[0].endswith((",", "،", "，", "、")) and len(lines[0].split()) <= _SIGNED_WORDS + 1:
        lines = lines[1:]
    at = len(lines)
    while at and len(lines) - at < _SIGNED_LINES and _short(lines[at - 1]):
        at -= 1
        signed = lines[at:]
        begins = at == 0 or not lines[at - 1] or signed[0].endswith(",")
        if begins and any(map(_is_name, signed)) and any(len(line.split()) > _SIGNED_WORDS for line in lines[:at]):
            return "\n".join(lines[:at])
    return "\n".join(lines)


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with every name replaced that is known, announced, or stands where a letter has one."""
    text = _CLOSED.sub("", _SIGN_OFF.sub("", _CLOSING.sub("", text)))
    text = _TITLED.sub("[name]", text)
    text = _CALLED_EAST.sub("[name]", _CALLED.sub(r"\g<said>[name]", text))
    text = _GREETED.sub(_named, _SELF.sub(_named, text))
    for name in sorted(_parts(names), key=len, reverse=True):
        word = re.escape(name) if _NO_SPACES.search(name) else rf"(?<!\w){re.escape(name)}(?!\w)"
        text = re.sub(word, "[name]", text, flags=re.I)
    return re.sub(r"\[name\](?:\s+\[name\])+", "[name]", text)


def _short(line: str) -> bool:
    return bool(line) and len(line.split()) <= _SIGNED_WORDS and not re.search(r"\d|[.?!:]$", line)


def _is_name(line: str) -> bool:
    words: Sequence[str] = line.strip(" -–—").split()
    if len(words) == 1 and _NO_SPACES.search(line):
        return len(line) <= 5
    return 1 <= len(words) <= 3 and all(word[0].isupper() for word in words) and not line.endswith(",")


def _named(found: re.Match[str]) -> str:
    return found[0] if found["name"].split()[0].casefold() in _NO_NAMES else f"{found['said']}[name]"


def _parts(names: Iterable[str]) -> set[str]:
    whole = {" ".join(name.split()) for name in names if name}
    parts = {part.strip(".,") for name in whole for part in name.split()}
    shortest = {name: 2 if _NO_SPACES.search(name) else _SHORTEST_NAME for name in whole | parts}
    return {name for name, least in shortest.items() if len(name) >= least and not name.islower()}

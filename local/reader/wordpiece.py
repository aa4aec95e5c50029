"""WordPiece as BERT's uncased models expect it (Devlin et al. 2018; vocabulary in ``vocab.txt``)."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

CLS, SEP, UNKNOWN = 101, 102, 100
LONGEST_WORD = 100


@cache
def _vocabulary() -> dict[str, int]:
    words = (Path(__file__).parent / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return {word: number for number, word in enumerate(words) if word}


def encode(text: str, limit: int = 128) -> list[int]:
    """Token ids of ``text`` with the two markers, at most ``limit`` of them."""
    ids = [CLS]
    for word in split(text):
        ids.extend(pieces(word))
        if len(ids) >= limit:
            break
    return [*ids[: limit - 1], SEP]


def count(text: str) -> int:
    """How many pieces a text has, however long."""
    return sum(len(pieces(word)) for word in split(text))


def split(text: str) -> list[str]:
    """The words of ``text``, lower case and without accents; a mark is a word of its own."""
    plain = unicodedata.normalize("NFD", text.lower())
    spaced = []
    for character in plain:
        kind = unicodedata.category(character)
        if kind == "Mn" or (kind in ("Cc", "Cf") and not character.isspace()) or character == "\ufffd":
            continue
        if _is_cjk(ord(character)) or kind.startswith("P") or (character.isascii() and kind[0] == "S"):
            spaced.append(f" {character} ")
        else:
            spaced.append(character)
    return "".join(spaced).split()


def _is_cjk(code: int) -> bool:
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x2FA1F
    )


def rank(word: str) -> int:
    """Its number in the vocabulary, which goes by frequency after the letters; past the end for a word not in it."""
    return _vocabulary().get(word, len(_vocabulary()))


@lru_cache(maxsize=50_000)
def pieces(word: str) -> tuple[int, ...]:
    """The numbers of the pieces a word is made of."""
    vocabulary, start, found = _vocabulary(), 0, []
    if len(word) > LONGEST_WORD:
        return (UNKNOWN,)
    while start < len(word):
        end = len(word)
        while end > start:
            piece = word[start:end] if start == 0 else f"##{word[start:end]}"
            if piece in vocabulary:
                found.append(vocabulary[piece])
                break
            end -= 1
        else:
            return (UNKNOWN,)
        start = end
    return tuple(found)

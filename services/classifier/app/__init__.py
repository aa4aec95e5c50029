"""classifier's use cases: read a ticket when it comes, and read again what no model could read."""

from __future__ import annotations

from services.classifier.app.classifying import classify
from services.classifier.app.ports import Model
from services.classifier.app.reading import read
from services.classifier.app.rereading import Reread, reread

__all__ = ["Model", "Reread", "classify", "read", "reread"]

"""JSON lines in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from shared.errors import BadInput


def read_lines(stream: TextIO | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a stream (stdin), with their line numbers. Raises BadInput naming the line that is none."""
    for number, line in enumerate(stream or sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"line {number}", f"not JSON ({error})", "Give one JSON object a line") from error
        if not isinstance(value, dict):
            raise BadInput(f"line {number}", "not a JSON object", "Give one JSON object a line")
        yield number, value


def write_line(value: Any) -> None:
    """One JSON object on a line of its own, at once: a pipe sees each answer as it is ready."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)

"""Writes a public set as files for ``ticket-router eval``: ``python -m evaluation.draw NAME EACH SEED SPLIT DIR``."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from evaluation.public import draw_examples, public_set


def draw(name: str, each: int, seed: int, split: str, folder: Path) -> tuple[Path, Path]:
    """``examples.jsonl``: ``each`` training texts a topic. ``tickets.jsonl``: ``split``, with what is out of scope."""
    folder.mkdir(parents=True, exist_ok=True)
    tickets = [row for row in public_set(name) if row.split in (split, f"oos_{split}")]
    random.Random(seed).shuffle(tickets)
    files = folder / "examples.jsonl", folder / "tickets.jsonl"
    for file, rows in zip(files, (draw_examples(name, each, seed), tickets), strict=True):
        lines = (json.dumps({"text": row.text, "topic": row.topic}, ensure_ascii=False) for row in rows)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files


if __name__ == "__main__":
    name, each, seed, split, folder = sys.argv[1:]
    print(*draw(name, int(each), int(seed), split, Path(folder)))

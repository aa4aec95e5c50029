"""Folding measured on labelled pairs, through the whole path. Prints a Markdown table.

``python -m evaluation.intake.folding [--model-url URL] [--model ID] [FILE…]``; minutes with the offline reader.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from rich.console import Console
from rich.progress import track

from cli.evaluate import model_at
from evaluation.intake.labelled import GROUPS, KINDS, pairs
from evaluation.intake.path import judge
from services.classifier.app import Model

HEAD = "| pairs | same | different | folded | wrongly | precision | recall |\n|---|---|---|---|---|---|---|"


def row(name: str, model: Model) -> str:
    """One file of pairs."""
    judged = [(same, judge(one, other, model).same) for same, one, other in track(pairs(name), name, console=_aside)]
    same, folded = (sum(column) for column in zip(*judged, strict=True))
    wrong = sum(said and not is_same for is_same, said in judged)
    precision = f"{(folded - wrong) / folded:.3f}" if folded else "–"
    recall = f"{(folded - wrong) / same:.2f}" if same else "–"
    return f"| {name} | {same} | {len(judged) - same} | {folded} | {wrong} | {precision} | {recall} |"


_aside = Console(stderr=True)


def main(names: Iterable[str], model: Model) -> None:
    """Print the table."""
    print(HEAD)
    for name in names:
        print(row(name, model), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-url")
    parser.add_argument("--model")
    parser.add_argument("names", nargs="*", default=[*GROUPS, "near_misses", "one_word", *KINDS])
    args = parser.parse_args()
    main(args.names, model_at(args.model, args.model_url))

"""Each kind of fault that no command shows is held by a test that is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.blocks import ROOT

ROWS = re.findall(
    r"^\| ((?:slack|form-chat|learning|mail|rules)/\d\d[^|]*) \|.*\| ([^|]+) \|$",
    (ROOT / "docs/by-hand.md").read_text("utf-8"),
    re.M,
)
KINDS = 15
"""Lines that the run of the cases leaves to a person: README of the cases, 27 November 2026."""


def test_every_kind_has_a_row() -> None:
    assert len({kind for kind, _ in ROWS}) == KINDS


@pytest.mark.parametrize(("kind", "tests"), ROWS, ids=[kind for kind, _ in ROWS])
def test_the_tests_that_hold_it_are_there(kind: str, tests: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", tests)
    assert named, kind
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, f"{path}: {name}"

"""What each function does on AWS, in the words of IAM: the other half of the templates' ``iamRoleStatements``.

A line of ``needs.txt``: function, actions, what on (``rights.arn`` spells it out), what IAM's conditions see. Written
from the adapters' code; ``test_rights`` holds it against the roles in both directions, and against the calls that the
functions make in a simulated storm.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rights import Call, arn

NEEDS = Path(__file__).with_name("needs.txt")


def _read() -> Iterator[tuple[tuple[str, str], Call]]:
    for line in NEEDS.read_text().splitlines():
        service, function, *words = line.split()
        actions = [word for word in words if ":" in word and "=" not in word]
        (short,) = [word for word in words if ":" not in word]
        said = dict(word.split("=") for word in words if "=" in word)
        context = {key: (value,) for key, value in said.items()}
        yield from (((service, function), Call(action, arn(service, short), context)) for action in actions)


def needs() -> dict[tuple[str, str], list[Call]]:
    """What each function needs, by service and function."""
    found: dict[tuple[str, str], list[Call]] = {}
    for who, call in _read():
        found.setdefault(who, []).append(call)
    return found

"""What is different between two revisions, in words for the people who made it so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.rules import Rules

_PLACES = ("row", "line", "example_id")
"""A line that only moved has not changed."""


def changes(before: Rules | None, after: Rules) -> tuple[str, ...]:
    """One line a change: ``Topics: added outage``. Empty when nothing that counts is different."""
    if before is None:
        return ("first rules",)
    said: list[str] = []
    for part, old, new in (
        ("Topics", _named(before.topics, "name"), _named(after.topics, "name")),
        ("Teams", _named(before.teams, "name"), _named(after.teams, "name")),
        ("VIP customers", _named(before.vips, "match"), _named(after.vips, "match")),
        ("Priority rules", _named(before.priority_rules, "text"), _named(after.priority_rules, "text")),
        ("Examples", _named(before.examples, "text"), _named(after.examples, "text")),
        ("Not copies", _named(before.kept_apart, "text"), _named(after.kept_apart, "text")),
        ("Not tickets", _named(before.not_tickets, "match"), _named(after.not_tickets, "match")),
        ("Urgent words", dict.fromkeys(before.urgent_words), dict.fromkeys(after.urgent_words)),
        ("Our people", dict.fromkeys(before.staff), dict.fromkeys(after.staff)),
        ("Settings", _settings(before), _settings(after)),
    ):
        said += _between(part, old, new)
    if before.outcomes != after.outcomes:
        right, wrong = (sum(getattr(one, what) for one in after.outcomes) for what in ("right", "wrong"))
        said.append(f"Outcomes: {right} of {right + wrong} routed tickets were left where they were")
    return tuple(said)


def _settings(rules: Rules) -> dict[str, Any]:
    """Every setting by its name; those that stand at their default are not there."""
    said = {
        "hold target": rules.target,
        "urgent means": rules.urgent_means,
        "tone means": rules.tone_means,
        "mode: shadow": rules.shadow,
        "live": rules.live_teams,
        "shadow channel": rules.shadow_channel,
        "per person figures": rules.per_person,
    }
    links = {f"answer {link.source}": link.template for link in rules.answer_links}
    return {name: value for name, value in (said | links).items() if value}


def _named(items: Iterable[Any], name: str) -> dict[str, list[Any]]:
    by_name: dict[str, list[Any]] = {}
    for item in items:
        by_name.setdefault(getattr(item, name), []).append(item.model_dump(exclude=set(_PLACES)))
    return by_name


def _between(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    added = [f"{part}: added {name}" for name in new if name not in old]
    removed = [f"{part}: removed {name}" for name in old if name not in new]
    changed = [f"{part}: changed {name}" for name in new if name in old and old[name] != new[name]]
    return added + changed + removed

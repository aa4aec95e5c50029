"""Model, schema, example and catalog say the same, and what was published stays readable."""

from __future__ import annotations

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import events_page
from contracts.catalog import CATALOG, EVENTS
from contracts.envelope import Metadata, derived_id
from contracts.export import SCHEMAS, models, schema_text
from shared.testing.contracts import examples, violations
from tests.contracts.compatibility import breaks

ROOT = SCHEMAS.parents[1]
EXAMPLES = ROOT / "contracts" / "examples"
PUBLISHED = [(name, stem, document) for name in models() for stem, document in examples(name)]


@pytest.mark.parametrize("name", models())
def test_the_committed_schema_is_the_models_own(name: str) -> None:
    assert (SCHEMAS / f"{name}.json").read_text() == schema_text(models()[name])


@pytest.mark.parametrize("name", models())
def test_every_contract_has_an_example(name: str) -> None:
    assert list(examples(name)), f"contracts/examples/{name} is empty"


@pytest.mark.parametrize(("name", "stem", "document"), PUBLISHED, ids=[f"{name}/{stem}" for name, stem, _ in PUBLISHED])
def test_every_example_is_valid_by_schema_and_model(name: str, stem: str, document: dict[str, Any]) -> None:
    assert violations(name, document) == []
    models()[name].model_validate(document)


def test_the_page_of_events_is_what_the_contracts_say() -> None:
    assert events_page.PAGE.read_text() == events_page.page(), "docs/events.md is out of date: make schemas"


@pytest.mark.parametrize("entry", CATALOG, ids=events_page.title)
def test_every_event_says_since_when_it_is_there(entry: Any) -> None:
    file = f"{entry.event.detail_type()}.v{entry.event.version}"
    assert events_page.changes(file), (
        f"write contracts/changes/{file}.md: `- <date>: first version.`, then make schemas"
    )


def test_no_schema_and_no_example_is_an_orphan() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(models())
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} <= set(models())


def test_the_catalog_names_each_event_once_and_its_producer_as_the_event_does() -> None:
    assert len(EVENTS) == len(CATALOG)
    assert all(entry.event.source == f"tickets.{entry.producer}" for entry in CATALOG)


@pytest.mark.parametrize("name", models())
def test_published_schemas_stay_compatible_both_ways(name: str) -> None:
    before = _as_published(Path("contracts") / "schemas" / f"{name}.json")
    if before is not None:
        assert breaks(before, json.loads((SCHEMAS / f"{name}.json").read_text())) == []


@pytest.mark.parametrize("name", models())
def test_a_new_field_is_in_the_release_notes(name: str) -> None:
    before = _as_published(Path("contracts") / "schemas" / f"{name}.json")
    now = json.loads((SCHEMAS / f"{name}.json").read_text())
    for noun, field in sorted(_fields(name, now) - _fields(name, before or now)):
        notes = ROOT / "contracts" / "changes" / f"{noun}.md"
        said = notes.read_text() if notes.exists() else ""
        assert f"`{field}`" in said or "first version" in said.partition("\n")[0], (
            f"{noun} has a new field {field}: put a line `- <date>: `{field}`, what it is.` on top of"
            f" {notes.relative_to(ROOT)}, then make schemas"
        )


def _fields(contract: str, schema: dict[str, Any]) -> set[tuple[str, str]]:
    """Every field by the noun whose notes it belongs in; an event's own data belongs in the event's."""
    nouns = {contract: schema, **schema.get("$defs", {})}
    own = contract.partition(".")[0] + "Data"
    return {
        (contract if noun == own else noun, field)
        for noun, said in nouns.items()
        for field in said.get("properties", {})
    }


def _as_published(path: Path) -> dict[str, Any] | None:
    """The file on main; on main itself, what the commit before it had. None when it is new (or there is no git)."""
    head, main = _git("rev-parse", "HEAD"), _git("rev-parse", "--verify", "-q", "main")
    base = "HEAD~1" if head == main else "main"
    text = _git("show", f"{base}:{path.as_posix()}")
    return json.loads(text) if text else None


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False).stdout.strip()


OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "tone": {"enum": ["calm", "angry"], "type": "string"},
        "who": {"anyOf": [{"$ref": "#/$defs/Who"}, {"type": "null"}]},
    },
    "required": ["id"],
    "$defs": {"Who": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
}


def _changed(*path_and_value: Any) -> dict[str, Any]:
    schema, *path, last, value = deepcopy(OLD), *path_and_value
    place = schema
    for step in path:
        place = place[step]
    place[last] = value
    return schema


@pytest.mark.parametrize(
    ("new", "broken"),
    [
        (OLD, False),
        (_changed("properties", "extra", {"type": "string"}), False),
        (_changed("required", ["id", "tone"]), True),
        (_changed("required", []), True),
        (_changed("properties", "id", {"type": "integer"}), True),
        (_changed("properties", "id", {"type": "string", "maxLength": 5}), True),
        (_changed("properties", "tone", {"enum": ["calm", "angry", "sad"], "type": "string"}), True),
        (_changed("$defs", "Who", "properties", "name", {"type": "integer"}), True),
        (_changed("properties", "who", {"$ref": "#/$defs/Who"}), True),
    ],
    ids=["same", "added", "required-now", "no-longer-required", "type", "narrower", "values", "nested", "no-null"],
)
def test_what_breaks_compatibility(new: dict[str, Any], broken: bool) -> None:
    assert bool(breaks(OLD, new)) is broken


def test_the_same_cause_gives_the_same_event_id_and_another_cause_another() -> None:
    assert derived_id("TicketReceived", "T-1", "") == derived_id("TicketReceived", "T-1", "")
    assert derived_id("TicketReceived", "T-1", "") != derived_id("TicketReceived", "T-2", "")
    assert derived_id("a", "bc") != derived_id("ab", "c")


@pytest.mark.parametrize(
    "wrong", [{"version": None}, {"occurred_at": "2026-11-23T08:54:00"}, {"event_id": ""}, {"correlation_id": None}]
)
def test_metadata_refuses_what_it_needs(wrong: dict[str, Any]) -> None:
    right = {
        "event_id": "e",
        "version": 1,
        "correlation_id": "T-1",
        "causation_id": None,
        "occurred_at": "2026-11-23T08:54:00Z",
    }
    Metadata.model_validate(right)
    with pytest.raises(ValidationError):
        Metadata.model_validate(right | wrong)

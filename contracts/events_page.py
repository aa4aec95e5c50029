"""Writes ``docs/events.md``, the catalogue of events, from the models (``make schemas``); ``--check`` compares."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts.catalog import CATALOG, Entry
from contracts.export import models

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "events.md"
CHANGES = ROOT / "contracts" / "changes"
INTRODUCTION = """# Events

Written by `make schemas` from [contracts/](../contracts): change the models, not this page.
How a change is made: [changing-an-event.md](changing-an-event.md).

An event travels over EventBridge as `Source: tickets.<service>`, `DetailType: <Event>`,
`Detail: {"metadata": {…}, "data": {…}}`. Its version is in `metadata.version`; a version never changes its meaning,
and fields are only ever added with a default. Consumers ignore what they do not know.
"""


def page() -> str:
    """The whole page."""
    first = ordered()[0]
    parts = [INTRODUCTION, *_overview(), "## The envelope\n"]
    parts += _fields("Metadata", _schema(first)["$defs"]["Metadata"], first)
    for entry in ordered():
        parts += _event(entry)
    parts += ["## What they carry\n"]
    for heading, (entry, definition) in sorted(_nouns().items()):
        said = [_line(definition["description"]) + "\n"] if "description" in definition else []
        parts += [f"### {heading}\n", *said, *_fields(heading, definition, entry), *_changed(heading)]
    parts += ["## The published rules: rules.v1\n", *_rules()]
    return "\n".join(parts).rstrip() + "\n"


def ordered() -> list[Entry]:
    """The catalog's entries along a ticket's way; a newer version right behind the one it follows."""
    names = list(dict.fromkeys(entry.event.detail_type() for entry in CATALOG))
    return sorted(CATALOG, key=lambda entry: (names.index(entry.event.detail_type()), entry.event.version))


def title(entry: Entry) -> str:
    """``TicketCorrected v2``."""
    return f"{entry.event.detail_type()} v{entry.event.version}"


def changes(name: str) -> list[str]:
    """What changed in a contract (``TicketReceived.v1``) or in a noun that several carry (``Ticket``), newest first."""
    path = CHANGES / f"{name}.md"
    return [line for line in path.read_text().splitlines() if line.startswith("- ")] if path.exists() else []


def _overview() -> Iterator[str]:
    yield "| event | from | to | since |\n|---|---|---|---|"
    for entry in ordered():
        anchor = title(entry).lower().replace(" ", "-")
        since = (changes(_file(entry)) or ["- not published yet"])[-1][2:].partition(":")[0]
        yield f"| [{title(entry)}](#{anchor}) | {entry.producer} | {_listeners(entry)} | {since} |"
    yield ""


def _file(entry: Entry) -> str:
    return f"{entry.event.detail_type()}.v{entry.event.version}"


def _listeners(entry: Entry) -> str:
    said = [f"{name} ({entry.only[name]})" if name in entry.only else name for name in entry.consumers]
    return "; ".join(said) or "nobody yet: for reports and whoever likes"


def _event(entry: Entry) -> Iterator[str]:
    file = _file(entry)
    yield f"## {title(entry)}\n"
    yield f"{_line(entry.event.__doc__ or '')}\n"
    shown = sorted((ROOT / "contracts" / "examples" / file).glob("*.json"))
    links = ", ".join(f"[{path.stem}](../contracts/examples/{file}/{path.name})" for path in shown)
    yield f"From **{entry.producer}** to **{_listeners(entry)}**."
    yield f"Schema: [{file}.json](../contracts/schemas/{file}.json). Examples: {links}.\n"
    yield from _fields("data", _schema(entry)["$defs"][_data(entry)], entry)
    yield from _changed(file)


def _rules() -> Iterator[str]:
    yield "No event: a file in the rules bucket, which learning alone writes and every service may read."
    sample = "[sample](../contracts/examples/rules.v1/sample.json)"
    yield f"Schema: [rules.v1.json](../contracts/schemas/rules.v1.json). Example: {sample}.\n"
    schema = models()["rules.v1"].model_json_schema()
    yield from _fields("rules", schema)
    yield from _changed("rules.v1")
    for name, definition in sorted(schema["$defs"].items()):
        if name not in _nouns() and "properties" in definition:
            yield f"### {name}\n"
            yield from _fields(name, definition)
            yield from _changed(name)


def _changed(file: str) -> Iterator[str]:
    if said := changes(file):
        yield "Changes:\n"
        yield "\n".join(said) + "\n"


def _schema(entry: Entry) -> dict[str, Any]:
    return entry.event.model_json_schema()


def _data(entry: Entry) -> str:
    reference = _schema(entry)["properties"]["data"]["$ref"]
    return str(reference).rpartition("/")[2]


@cache
def _nouns() -> dict[str, tuple[Entry, dict[str, Any]]]:
    """What several events carry, by its heading. A noun that a version says otherwise has a heading of its own."""
    found: dict[str, tuple[Entry, dict[str, Any]]] = {}
    for entry in ordered():
        for name, definition in _schema(entry).get("$defs", {}).items():
            if name not in ("Metadata", _data(entry)) and "properties" in definition:
                heading = _heading(name, definition, entry, found)
                found.setdefault(heading, (entry, definition))
    return found


def _heading(name: str, definition: object, entry: Entry, known: Mapping[str, tuple[Entry, dict[str, Any]]]) -> str:
    return name if name not in known or known[name][1] == definition else f"{name} of {title(entry)}"


def _fields(name: str, schema: dict[str, Any], entry: Entry | None = None) -> Iterator[str]:
    required = schema.get("required", ())
    yield f"| {name}. | | |\n|---|---|---|"
    for field, said in schema["properties"].items():
        default = "" if field in required else f", {_default(said)}"
        yield f"| `{field}` | {_kind(said, entry)}{default} | {_line(said.get('description', ''))} |"
    yield ""


def _default(said: dict[str, Any]) -> str:
    value = said.get("default")
    return "may be absent" if value in (None, "", [], {}) else f"default `{value}`"


def _kind(said: dict[str, Any], entry: Entry | None) -> str:
    if "$ref" in said:
        name = said["$ref"].rpartition("/")[2]
        if entry is None:
            return str(name)
        heading = _heading(name, _schema(entry)["$defs"][name], entry, _nouns())
        return f"[{heading}](#{heading.lower().replace(' ', '-')})"
    if "anyOf" in said:
        return " or ".join(_kind(part, entry) for part in said["anyOf"])
    if "enum" in said or "const" in said:
        return " / ".join(f"`{value}`" for value in said.get("enum", [said.get("const")]))
    if said.get("type") == "array":
        return f"list of {_kind(said['items'], entry)}" if "items" in said else "list"
    kind = str(said.get("type", "any"))
    return {"string": "text", "integer": "number", "object": "map"}.get(kind, kind)


def _line(text: str) -> str:
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")


def main() -> int:
    """Write the page, or say that it is out of date."""
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        print("docs/events.md is not what contracts/ says: run make schemas", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

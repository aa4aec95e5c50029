"""Writes the JSON schemas that other teams read (``make schemas``), or checks them (``--check``)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from contracts.catalog import CATALOG
from contracts.rules import Rules

SCHEMAS = Path(__file__).parent / "schemas"


def models() -> dict[str, type[BaseModel]]:
    """Every published contract by its file name, without the ending."""
    events = {f"{entry.event.detail_type()}.v{entry.event.version}": entry.event for entry in CATALOG}
    return {**events, "rules.v1": Rules}


def schema_text(model: type[BaseModel]) -> str:
    """The schema as it is committed: sorted, so that a diff shows what changed and nothing else."""
    schema = model.model_json_schema(mode="validation")
    return (
        json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2, sort_keys=True)
        + "\n"
    )


def main() -> int:
    """Write the schemas, or name those that are out of date."""
    stale = []
    for name, model in models().items():
        path, text = SCHEMAS / f"{name}.json", schema_text(model)
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(path.name)
    for name in stale:
        print(f"contracts/schemas/{name} is not what the model says: run make schemas", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

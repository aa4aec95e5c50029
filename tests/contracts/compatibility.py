"""Whether two versions of a schema can be read by each other's code: archive replays feed old events to new code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def breaks(old: Schema, new: Schema) -> list[str]:
    """What in ``new`` breaks a reader of ``old`` events, or an ``old`` reader of ``new`` events. Empty when nothing."""
    return list(_walk(old, new, _definitions(old), _definitions(new), "$", frozenset()))


def _definitions(schema: Schema) -> Schema:
    definitions: Schema = schema.get("$defs", {})
    return definitions


def _resolve(schema: Schema, definitions: Schema) -> tuple[str, Schema]:
    reference = schema.get("$ref", "")
    name = reference.rpartition("/")[2]
    return name, definitions[name] if reference else schema


def _walk(
    old: Schema, new: Schema, olds: Schema, news: Schema, path: str, seen: frozenset[tuple[str, str]]
) -> Iterator[str]:
    old_name, old = _resolve(old, olds)
    new_name, new = _resolve(new, news)
    if old_name and (old_name, new_name) in seen:
        return
    seen |= {(old_name, new_name)}
    if _kinds(old, olds) != _kinds(new, news):
        yield f"{path}: was {_kinds(old, olds)}, is {_kinds(new, news)}"
    if old.get("enum") != new.get("enum") or old.get("const") != new.get("const"):
        yield f"{path}: its allowed values changed"
    for limit in ("maxLength", "maxItems", "maximum", "exclusiveMaximum"):
        if new.get(limit, float("inf")) < old.get(limit, float("inf")):
            yield f"{path}: {limit} is narrower"
    for limit in ("minLength", "minItems", "minimum", "exclusiveMinimum"):
        if new.get(limit, float("-inf")) > old.get(limit, float("-inf")):
            yield f"{path}: {limit} is narrower"
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in set(new.get("required", ())) - set(old.get("required", ())):
        yield f"{path}.{name}: is required now; old events lack it"
    for name in set(old.get("required", ())) - set(new.get("required", ())):
        yield f"{path}.{name}: is not required any more; old readers need it"
    for name in before.keys() & after.keys():
        yield from _walk(before[name], after[name], olds, news, f"{path}.{name}", seen)
    if "items" in old and "items" in new:
        yield from _walk(old["items"], new["items"], olds, news, f"{path}[]", seen)
    for one, other in zip(_parts(old), _parts(new), strict=False):
        yield from _walk(one, other, olds, news, path, seen)


def _parts(schema: Schema) -> list[Schema]:
    return [part for part in schema.get("anyOf", []) if "$ref" in part]


def _kinds(schema: Schema, definitions: Schema) -> tuple[str, ...]:
    parts = schema.get("anyOf", [schema])
    return tuple(sorted(str(_resolve(part, definitions)[1].get("type", "any")) for part in parts))

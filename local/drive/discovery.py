"""Google's published discovery documents, as google-api-python-client ships them, to check every call against."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import googleapiclient

_DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
_APIS = {"drive": "drive.v3", "docs": "docs.v1", "sheets": "sheets.v4"}
_OF_EVERY_CALL = frozenset({"alt", "fields", "prettyPrint", "quotaUser", "key"})
_JSON_TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "array": list,
}


class Mismatch(ValueError):
    """A request or response that Google's documents do not allow."""


@dataclass(frozen=True)
class Method:
    """One method of an API, as published."""

    id: str
    api: str
    http: str
    pattern: re.Pattern[str]
    spec: Mapping[str, Any]

    def allowed_by(self, scopes: frozenset[str]) -> bool:
        """Whether a token with these scopes may call it."""
        return bool(scopes & set(self.spec.get("scopes", ())))

    def check_query(self, names: set[str]) -> None:
        """Raise Mismatch for a query parameter that the method does not have."""
        known = {name for name, spec in self.spec.get("parameters", {}).items() if spec["location"] == "query"}
        if unknown := names - known - _OF_EVERY_CALL:
            raise Mismatch(f'Invalid JSON payload received. Unknown name "{sorted(unknown)[0]}"')

    def check_request(self, body: Any) -> None:
        """Raise Mismatch for a body the method does not take."""
        if "request" in self.spec:
            _check(self.api, self.spec["request"], body, "request")

    def check_response(self, body: Any) -> None:
        """Raise Mismatch for an answer Google would not give."""
        _check(self.api, self.spec["response"], body, "response")


def method_for(http: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method a request means, with its path parameters; None when no API has it."""
    for method in _methods():
        if method.http == http and (found := method.pattern.fullmatch(path)):
            return method, {name: unquote(value) for name, value in found.groupdict().items()}
    return None


@cache
def _document(api: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_DOCUMENTS / f"{_APIS[api]}.json").read_text())
    return loaded


@cache
def _methods() -> tuple[Method, ...]:
    return tuple(method for api in _APIS for method in _walk(api, _document(api)["resources"]))


def _walk(api: str, resources: Mapping[str, Any]) -> Iterator[Method]:
    for resource in resources.values():
        for spec in resource.get("methods", {}).values():
            path = "/" + _document(api)["servicePath"] + spec["path"]
            pattern = re.sub(r"\\\{\+?(\w+)\\\}", r"(?P<\1>[^/:]+)", re.escape(path))
            yield Method(spec["id"], api, spec["httpMethod"], re.compile(pattern), spec)
        yield from _walk(api, resource.get("resources", {}))


def _check(api: str, schema: Mapping[str, Any], value: Any, where: str) -> None:
    if "$ref" in schema:
        schema = _document(api)["schemas"][schema["$ref"]]
    kind = schema.get("type")
    if kind in _JSON_TYPES and (not isinstance(value, _JSON_TYPES[kind]) or (kind == "integer" and value is True)):
        raise Mismatch(f"Invalid value at '{where}' ({kind}): {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        raise Mismatch(f"Invalid value at '{where}': {value!r}")
    if kind == "array":
        for index, item in enumerate(value):
            _check(api, schema["items"], item, f"{where}[{index}]")
    elif kind == "object":
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
            if inner is None:
                raise Mismatch(
                    f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field."
                )
            _check(api, inner, item, f"{where}.{name}")

"""The ``serverless.yml`` files as data: CloudFormation's short tags become plain values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "classifier", "router", "dispatch", "learning")


class Loader(yaml.SafeLoader):
    """Knows ``!Ref``, ``!GetAtt``, ``!Sub`` … and keeps what they say as plain values."""


def _short_tag(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _short_tag)


@cache
def template(service: str) -> dict[str, Any]:
    """The ``serverless.yml`` of one service."""
    loaded: dict[str, Any] = yaml.load((ROOT / "services" / service / "serverless.yml").read_text(), Loader)
    return loaded


def resources(service: str, kind: str) -> dict[str, dict[str, Any]]:
    """The properties of the service's resources of one CloudFormation type, by logical id."""
    return {name: item["Properties"] for name, item in whole_resources(service, kind).items()}


def whole_resources(service: str, kind: str) -> dict[str, dict[str, Any]]:
    """The resources with all their attributes (``DeletionPolicy`` …), by logical id."""
    blocks = template(service)["resources"]
    blocks = blocks if isinstance(blocks, list) else [blocks]
    found = {}
    for block in blocks:
        if isinstance(block, dict):
            found.update(block.get("Resources", {}))
    return {name: item for name, item in found.items() if item.get("Type") == kind}


def statements(service: str) -> list[tuple[str, dict[str, Any]]]:
    """Every IAM statement of the service's functions, with the function's name."""
    functions = template(service)["functions"].items()
    return [(name, _meant(service, each)) for name, item in functions for each in item.get("iamRoleStatements", [])]


def _meant(service: str, statement: Any) -> dict[str, Any]:
    """The statement itself, or the one of ``custom`` that ``${self:custom.name}`` stands for."""
    if isinstance(statement, str):
        statement = template(service)["custom"][statement.removeprefix("${self:custom.").removesuffix("}")]
    return dict(statement)


def listed(value: Any) -> list[Any]:
    """A value that may be one or many, as many."""
    return value if isinstance(value, list) else [value]

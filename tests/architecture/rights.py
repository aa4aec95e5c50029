"""What IAM would say: the roles of the templates, and whether they allow a call.

As much of IAM as the templates use: Allow statements, wildcards in actions and resources, and three kinds of condition.
A Deny or another condition is an error here, not an opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.architecture.templates import listed, resources, statements, template

FIXED = {
    "sls:stage": "stage",
    "self:provider.region": "region",
    "aws:accountId": "account",
    "AWS::Region": "region",
    "AWS::AccountId": "account",
    "self:custom.settings.model": "eu.model",
    "self:custom.settings.foundationModel": "model",
    "self:custom.settings.mailFrom": "router@ours.example",
    "self:custom.settings.teamRecipients": "*@ours.example",
}
Statement = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call to AWS, as IAM sees it."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """The condition keys that the call carries."""


def role(service: str, function: str) -> list[Statement]:
    """The statements of a function's role, every name in them spelled out."""
    return [_resolved(service, one) for name, one in statements(service) if name == function]


def allows(statements: list[Statement], call: Call) -> bool:
    """Whether a role with these statements may make the call."""
    return any(_allows(one, call) for one in statements)


def _allows(statement: Statement, call: Call) -> bool:
    assert statement["Effect"] == "Allow", "a Deny is not weighed here"
    return (
        any(fnmatchcase(call.action.casefold(), action.casefold()) for action in listed(statement["Action"]))
        and any(fnmatchcase(call.resource, resource) for resource in listed(statement["Resource"]))
        and all(_holds(*condition, call) for condition in _conditions(statement))
    )


def _conditions(statement: Statement) -> Iterator[tuple[str, str, list[str]]]:
    for how, keys in statement.get("Condition", {}).items():
        yield from ((how, key, listed(wanted)) for key, wanted in keys.items())


def _holds(how: str, key: str, wanted: list[str], call: Call) -> bool:
    said = call.context.get(key, ())
    if how == "StringEqualsIfExists":
        return not said or set(said) <= set(wanted)
    if how == "StringEquals":
        return bool(said) and set(said) <= set(wanted)
    assert how == "ForAllValues:StringLike", f"{how} is not weighed here"
    # IAM: true as well when the key is not there at all.
    return all(any(fnmatchcase(one, pattern) for pattern in wanted) for one in said)


def arn(service: str, short: str) -> str:
    """What ``mail/form/x``, ``rules``, ``table/by-day``, ``inbox``, ``secret/x``, ``bus``, ``model/x`` … mean."""
    kind, _, rest = short.partition("/")
    match kind:
        case "mail" | "rules":
            return f"arn:aws:s3:::tickets-{kind}-stage-region-account" + (f"/{rest}" if rest else "")
        case "table":
            return f"{_table(service)}/index/{rest}" if rest else _table(service)
        case "inbox":
            return f"arn:aws:sqs:region:account:tickets-stage-{service}"
        case "secret":
            return f"arn:aws:ssm:region:account:parameter/ticket-router/stage/{rest}"
        case "bus":
            return "arn:aws:events:region:account:event-bus/tickets-stage"
        case "profile":
            return f"arn:aws:bedrock:region:account:inference-profile/{rest}"
        case "model":
            return f"arn:aws:bedrock:elsewhere::foundation-model/{rest}"
        case "self":
            return f"arn:aws:lambda:region:account:function:ticket-router-{service}-stage-{rest}"
    return short


def _table(service: str) -> str:
    return f"arn:aws:dynamodb:region:account:table/tickets-{service}-stage"


def _resolved(service: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_resolved(service, one) for one in value]
    if isinstance(value, dict):
        if set(value) == {"GetAtt"}:
            return _attribute(service, value["GetAtt"])
        if set(value) == {"Sub"}:
            return _resolved(service, value["Sub"])
        return {key: _resolved(service, one) for key, one in value.items()}
    return re.sub(r"\$\{([^}]+)\}", lambda name: _named(service, name[1]), value) if isinstance(value, str) else value


def _named(service: str, name: str) -> str:
    if name in FIXED:
        return FIXED[name]
    if name == "self:service":
        return str(template(service)["service"])
    if name.startswith("self:custom."):
        return str(_resolved(service, template(service)["custom"][name.removeprefix("self:custom.")]))
    return _attribute(service, name)


def _attribute(service: str, name: str) -> str:
    logical, _, attribute = name.partition(".")
    assert attribute == "Arn", name
    if logical in resources(service, "AWS::DynamoDB::Table"):
        return _table(service)
    queue = resources(service, "AWS::SQS::Queue")[logical]["QueueName"]
    return f"arn:aws:sqs:region:account:{_resolved(service, queue)}"

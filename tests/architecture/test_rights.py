"""Least privilege, both ways: what a function does it may do, what it does not do it may not, each statement counts.

The roles are the templates'; ``needs`` says what the functions do. On the local AWS the same roles are enforced for
every call of the end-to-end suites (MiniStack's ``AUTH=true``); there a right that is missing fails whatever needs it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from greenlet import getcurrent

from tests.architecture.needs import needs
from tests.architecture.rights import Call, Statement, allows, arn, role
from tests.architecture.templates import SERVICES, listed, template
from tests.chaos.simulation.aws import Aws
from tests.chaos.simulation.run import run

NEEDS = needs()
WHO = sorted(NEEDS)
CUSTOMER = "customer@elsewhere.example"


WORSE = {
    "s3": "s3:PutObjectAcl",
    "ssm": "ssm:PutParameter",
    "lambda": "lambda:UpdateFunctionCode",
    "bedrock": "bedrock:DeleteInferenceProfile",
    "dynamodb": "dynamodb:DeleteTable",
    "sqs": "sqs:PurgeQueue",
    "events": "events:DeleteRule",
    "ses": "ses:SendEmail",
}
"""What somebody who got in would like to do with what a function may touch, by service."""


def dangers(who: tuple[str, str]) -> list[Call]:
    """What no function of ours ever does, on its own things and on others'."""
    service, _ = who
    own_lambda = arn(service, f"self/{next(iter(template(service)['functions']))}")
    calls = [
        *((WORSE[call.action.partition(":")[0]], call.resource) for call in NEEDS[who]),
        ("s3:ListBucket", "arn:aws:s3:::somebody-elses"),
        ("iam:PassRole", "*"),
        ("iam:CreateAccessKey", "*"),
        ("sts:AssumeRole", "*"),
        ("lambda:UpdateFunctionCode", own_lambda),
        ("lambda:UpdateFunctionConfiguration", own_lambda),
        ("dynamodb:Scan", arn(service, "table")),
        ("dynamodb:DeleteTable", arn(service, "table")),
        ("sqs:PurgeQueue", arn(service, "inbox")),
        ("sqs:DeleteQueue", arn(service, "inbox")),
        ("events:PutRule", arn(service, "bus")),
        ("events:DeleteRule", arn(service, "bus")),
        ("events:PutEvents", "arn:aws:events:region:account:event-bus/default"),
        ("s3:DeleteBucket", arn(service, "mail")),
        ("s3:DeleteObject", arn(service, "mail/inbound/m1")),
        ("s3:PutObject", arn(service, "mail/inbound/m1")),
        ("s3:DeleteObject", arn(service, "rules/rules.v1.json")),
        ("s3:PutBucketPolicy", arn(service, "rules")),
        ("s3:GetObject", "arn:aws:s3:::somebody-elses/secret"),
        ("ssm:PutParameter", arn(service, "secret/slack-bot-token")),
        ("ssm:GetParameter", "arn:aws:ssm:region:account:parameter/somebody-elses"),
        ("ssm:GetParametersByPath", arn(service, "secret/")),
        ("bedrock:InvokeModel", arn(service, "model/the-dearest-there-is")),
        ("logs:DeleteLogGroup", "*"),
        ("kms:ScheduleKeyDeletion", "*"),
        ("ses:SendEmail", "*"),
    ]
    return [
        *(Call(action, on) for action, on in calls),
        Call("ses:SendRawEmail", "*", {"ses:FromAddress": ("router@ours.example",), "ses:Recipients": (CUSTOMER,)}),
        Call("ses:SendRawEmail", "*", {"ses:FromAddress": (CUSTOMER,), "ses:Recipients": ("team@ours.example",)}),
        *(Call("events:PutEvents", arn(service, "bus"), {"events:source": (f"tickets.{one}",)}) for one in SERVICES),
        *(
            Call(f"dynamodb:{verb}Item", arn(service, "table"), {"dynamodb:LeadingKeys": ("customer#a@b.example",)})
            for verb in ("Get", "Put", "Update", "Delete")
        ),
    ]


def forbidden(who: tuple[str, str]) -> list[Call]:
    """What only other functions do, and what none does."""
    others = [call for other in WHO if other != who for call in NEEDS[other]]
    return [call for call in dict.fromkeys([*others, *dangers(who)]) if not _is_needed(call, NEEDS[who])]


def _is_needed(call: Call, own: list[Call]) -> bool:
    """By action and resource; a condition makes two of one call only where a need has that condition as well."""
    return any(
        (call.action, call.resource) == (one.action, one.resource)
        and all(call.context.get(key, said) == said for key, said in one.context.items())
        for one in own
    )


def narrower(statement: Statement) -> Iterator[tuple[str, Statement | None]]:
    """The statement gone, and without each of its actions and resources."""
    yield "gone", None
    for field in ("Action", "Resource"):
        for one in listed(statement[field]):
            rest = [other for other in listed(statement[field]) if other != one]
            if rest:
                yield f"without {one}", {**statement, field: rest}


def wider(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """The statement with a star, or without its condition."""
    yield "any action of the service", {**statement, "Action": listed(statement["Action"])[0].partition(":")[0] + ":*"}
    yield "any action", {**statement, "Action": "*"}
    if statement["Resource"] != "*":
        yield "any resource", {**statement, "Resource": "*"}
    if "Condition" in statement:
        yield "on no condition", {key: value for key, value in statement.items() if key != "Condition"}


def changed(change: Any) -> list[Any]:
    """Every statement of every role, changed in every way: role with the change, and how it is called."""
    cases = []
    for who in WHO:
        statements = role(*who)
        for at, statement in enumerate(statements):
            name = f"{'.'.join(who)} {'+'.join(listed(statement['Action']))}"
            for how, instead in change(copy.deepcopy(statement)):
                new = [*statements[:at], *([instead] if instead else []), *statements[at + 1 :]]
                cases.append(pytest.param(who, new, id=f"{name}: {how}"))
    return cases


def test_every_function_with_a_role_is_looked_at() -> None:
    assert sorted((service, name) for service in SERVICES for name in template(service)["functions"]) == WHO


@pytest.mark.parametrize("who", WHO, ids=".".join)
def test_a_function_may_do_what_it_does(who: tuple[str, str]) -> None:
    assert [call for call in NEEDS[who] if not allows(role(*who), call)] == []


@pytest.mark.parametrize("who", WHO, ids=".".join)
def test_a_function_may_do_nothing_else(who: tuple[str, str]) -> None:
    assert [call for call in forbidden(who) if allows(role(*who), call)] == []


@pytest.mark.parametrize(("who", "statements"), changed(narrower))
def test_no_statement_action_or_resource_is_there_for_nothing(who: tuple[str, str], statements: Any) -> None:
    assert [call for call in NEEDS[who] if not allows(statements, call)], "nothing needs it: take it out of the role"


@pytest.mark.parametrize(("who", "statements"), changed(wider))
def test_a_star_or_a_condition_less_would_be_noticed(who: tuple[str, str], statements: Any) -> None:
    assert [call for call in forbidden(who) if allows(statements, call)], "nothing would notice it"


def test_what_functions_do_in_a_storm_is_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """The needs are written by hand: the services' own handlers, run over an AWS in memory, hold them to the code."""
    made: dict[tuple[str, str], set[str]] = {}
    carry_out = Aws._call

    def noting(aws: Aws, client: Any, operation: str, params: dict[str, Any]) -> Any:
        service, _, function = getcurrent().name.partition(".")
        who = (service, "slackActions" if function == "slack_actions" else function)
        made.setdefault(who, set()).update(_actions(client.meta.service_model.service_name, operation, params))
        return carry_out(aws, client, operation, params)

    monkeypatch.setattr(Aws, "_call", noting)
    assert run(4, tickets=24).broken == []
    assert len(made) >= 7, "not enough was run"
    assert {
        who: more
        for who, actions in made.items()
        if (more := actions - {f"{call.action} {_kind(call.resource)}" for call in NEEDS[who]})
    } == {}


def _actions(service: str, operation: str, params: dict[str, Any]) -> set[str]:
    if operation == "TransactWriteItems":
        return {f"dynamodb:{verb}Item table" for item in params["TransactItems"] for verb in item}
    service, index = service.removesuffix("-runtime"), params.get("IndexName")
    kind = f"table/{index}" if index else {"dynamodb": "table", "s3": "s3"}.get(service, service)
    return {f"{service}:{operation} {kind}"}


def _kind(resource: str) -> str:
    service = resource.split(":")[2] if ":" in resource else "ses"
    if service == "dynamodb":
        return "table" + (f"/{resource.rpartition('/')[2]}" if "/index/" in resource else "")
    return service

"""Under IAM: no service can reach what belongs to another, whatever its code may try."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.demo.watch import Watch

OWNERS = ("intake", "classifier", "dispatch")
"""The services with a table."""
SERVICES = (*OWNERS, "router", "learning")


@pytest.fixture(scope="module")
def roles(watch: Watch) -> dict[str, list[str]]:
    """The roles of each service's functions."""
    names = [role["RoleName"] for role in watch.client("iam").list_roles(MaxItems=1000)["Roles"]]
    prefix = f"tickets-{watch.endpoints.stage}-{watch.endpoints.aws_region}-"
    return {service: [n for n in names if n.startswith(f"{prefix}{service}-")] for service in SERVICES}


def as_role(watch: Watch, role: str, service: str) -> Any:
    """A client with the rights of a role and no others."""
    account = watch.client("sts").get_caller_identity()["Account"]
    taken = watch.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="e2e-test")
    keys = taken["Credentials"]
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=watch.endpoints.aws_endpoint_url,
        region_name=watch.endpoints.aws_region,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def refused(error: ClientError) -> bool:
    return "AccessDenied" in error.response["Error"]["Code"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_function_has_a_role_of_its_own(roles: dict[str, list[str]], service: str) -> None:
    assert roles[service], f"{service} has no role named after it"


@pytest.mark.parametrize(
    ("service", "owner"), [(service, owner) for service in SERVICES for owner in OWNERS if service != owner]
)
def test_no_service_reads_anothers_table(watch: Watch, roles: dict[str, list[str]], service: str, owner: str) -> None:
    for role in roles[service]:
        dynamodb = as_role(watch, role, "dynamodb")
        with pytest.raises(ClientError) as error:
            dynamodb.get_item(
                TableName=f"tickets-{owner}-{watch.endpoints.stage}", Key={"pk": {"S": "x"}, "sk": {"S": "x"}}
            )
        assert refused(error.value), f"{role} reads {owner}'s table"


@pytest.mark.parametrize("service", [service for service in SERVICES if service != "learning"])
def test_only_learning_writes_the_published_rules(watch: Watch, roles: dict[str, list[str]], service: str) -> None:
    bucket = f"tickets-rules-{watch.endpoints.stage}-{watch.endpoints.aws_region}-000000000000"
    for role in roles[service]:
        with pytest.raises(ClientError) as error:
            as_role(watch, role, "s3").put_object(Bucket=bucket, Key="rules.v1.json", Body=b"{}")
        assert refused(error.value), f"{role} writes the rules"


@pytest.mark.parametrize("service", ["classifier", "router", "learning"])
def test_who_has_no_business_with_mail_cannot_send_one(watch: Watch, roles: dict[str, list[str]], service: str) -> None:
    for role in roles[service]:
        with pytest.raises(ClientError) as error:
            as_role(watch, role, "sesv2").send_email(
                FromEmailAddress="ticket-router@example.com",
                Destination={"ToAddresses": ["customer@elsewhere.example"]},
                Content={"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
            )
        assert refused(error.value), f"{role} sends mail"

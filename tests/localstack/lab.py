"""Makes what the compiled templates say (bus, rules, queues, policies, tables, buckets) with boto3, and deletes it.

Not by CloudFormation: LocalStack's cannot read ``null`` in an event pattern, and functions and HTTP APIs it has not.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3

from local.stack.choices import REGION

ORDER = ("EventBus", "Queue", "Table", "Rule", "QueuePolicy", "Bucket")
"""A bucket tells a queue whose policy must allow it, and a policy names rules."""


class Lab:
    """What was made, by service and logical id."""

    def __init__(self, templates: dict[str, dict[str, Any]], account: str) -> None:
        self._templates, self.account = templates, account
        self._clients = {name: boto3.client(name) for name in ("s3", "sqs", "events", "dynamodb")}
        self._made: dict[tuple[str, str], dict[str, str]] = {}
        self._undo = contextlib.ExitStack()

    @contextlib.contextmanager
    def made(self) -> Iterator[Lab]:
        """Make everything; delete it when the block ends."""
        with self._undo:
            for kind in ORDER:
                for service, template in self._templates.items():
                    for logical, resource in template["Resources"].items():
                        if resource["Type"].rpartition("::")[2] == kind and not logical.startswith("Serverless"):
                            self.get(service, logical)
            yield self

    def get(self, service: str, logical: str) -> dict[str, str]:
        """What ``Ref`` and ``Fn::GetAtt`` say of a resource; it is made when somebody asks for the first time."""
        key = (service, logical)
        if key not in self._made:
            resource = self._templates[service]["Resources"].get(logical, {"Type": "none", "Properties": {}})
            make = getattr(self, "_" + resource["Type"].rpartition("::")[2].lower(), None)
            properties = self._resolved(service, resource["Properties"]) if make else {}
            self._made[key] = make(f"{service}-{logical}", properties) if make else {"Ref": logical, "Arn": logical}
        return self._made[key]

    def queue(self, service: str, logical: str = "Inbox") -> str:
        """The URL of a queue."""
        return self.get(service, logical)["Ref"]

    def environment(self, service: str, function: str) -> dict[str, str]:
        """The environment variables of a function, as its template says."""
        variables = self._templates[service]["Resources"][f"{function.title()}LambdaFunction"]["Properties"]
        resolved = self._resolved(service, variables["Environment"]["Variables"])
        return {name: str(value) for name, value in resolved.items()}

    def rules(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Service, logical id and properties of every rule on the bus."""
        for service, template in self._templates.items():
            for logical, resource in template["Resources"].items():
                if resource["Type"] == "AWS::Events::Rule":
                    yield service, logical, resource["Properties"]

    def _resolved(self, service: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolved(service, each) for each in value]
        if not isinstance(value, dict):
            return value
        match list(value.items()):
            case [("Ref", str(name))]:
                return self._ref(service, name)
            case [("Fn::GetAtt", [str(logical), str(attribute)])]:
                return self.get(service, logical).get(attribute, logical)
            case [("Fn::Sub", str(text))]:
                return re.sub(r"\$\{([\w:]+)\}", lambda found: self._ref(service, found[1]), text)
            case [("Fn::Join", [str(between), list(parts)])]:
                return between.join(map(str, self._resolved(service, parts)))
        return {name: self._resolved(service, each) for name, each in value.items()}

    def _ref(self, service: str, name: str) -> str:
        pseudo = {"AWS::Region": REGION, "AWS::AccountId": self.account, "AWS::Partition": "aws"}
        return pseudo.get(name) or self.get(service, name)["Ref"]

    def _later(self, undo: Callable[..., Any], **arguments: Any) -> None:
        def quietly() -> None:
            with contextlib.suppress(Exception):  # one that is gone must not keep the others
                undo(**arguments)

        self._undo.callback(quietly)

    def _eventbus(self, _: str, said: dict[str, Any]) -> dict[str, str]:
        events = self._clients["events"]
        arn = events.create_event_bus(Name=said["Name"])["EventBusArn"]
        self._later(events.delete_event_bus, Name=said["Name"])
        return {"Ref": said["Name"], "Arn": arn}

    def _queue(self, _: str, said: dict[str, Any]) -> dict[str, str]:
        sqs = self._clients["sqs"]
        named = {name: json.dumps(v) if isinstance(v, dict) else str(v) for name, v in said.items()}
        named = {name: value for name, value in named.items() if name not in ("QueueName", "Tags")}
        url = sqs.create_queue(QueueName=said["QueueName"], Attributes=named)["QueueUrl"]
        self._later(sqs.delete_queue, QueueUrl=url)
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return {"Ref": url, "Arn": arn, "QueueName": said["QueueName"]}

    def _queuepolicy(self, name: str, said: dict[str, Any]) -> dict[str, str]:
        policy = json.dumps({"Version": "2012-10-17"} | said["PolicyDocument"])
        for url in said["Queues"]:
            self._clients["sqs"].set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return {"Ref": name}

    def _table(self, _: str, said: dict[str, Any]) -> dict[str, str]:
        dynamodb, name = self._clients["dynamodb"], said["TableName"]
        left_out = ("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "Tags")
        arn = dynamodb.create_table(**{key: value for key, value in said.items() if key not in left_out})
        self._later(dynamodb.delete_table, TableName=name)
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        return {"Ref": name, "Arn": arn["TableDescription"]["TableArn"]}

    def _rule(self, name: str, said: dict[str, Any]) -> dict[str, str]:
        if "EventPattern" not in said:
            return {"Ref": name, "Arn": name}
        events, rule = self._clients["events"], {"Rule": name, "EventBusName": said["EventBusName"]}
        pattern = json.dumps(said["EventPattern"])
        arn = events.put_rule(Name=name, EventBusName=said["EventBusName"], EventPattern=pattern)["RuleArn"]
        self._later(events.delete_rule, Name=name, EventBusName=said["EventBusName"])
        events.put_targets(**rule, Targets=said["Targets"])
        self._later(events.remove_targets, **rule, Ids=[target["Id"] for target in said["Targets"]])
        return {"Ref": name, "Arn": arn}

    def _bucket(self, _: str, said: dict[str, Any]) -> dict[str, str]:
        s3, name = self._clients["s3"], said["BucketName"]
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        self._later(s3.delete_bucket, Bucket=name)
        self._later(partial(_emptied, s3), Bucket=name)
        if notices := said.get("NotificationConfiguration"):
            configured = [_notice(each) for each in notices["QueueConfigurations"]]
            s3.put_bucket_notification_configuration(
                Bucket=name, NotificationConfiguration={"QueueConfigurations": configured}
            )
        return {"Ref": name, "Arn": f"arn:aws:s3:::{name}"}


def _notice(said: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation's words for a notification in the API's."""
    rules = said["Filter"]["S3Key"]["Rules"]
    return {
        "QueueArn": said["Queue"],
        "Events": [said["Event"]],
        "Filter": {"Key": {"FilterRules": [{"Name": rule["Name"], "Value": rule["Value"]} for rule in rules]}},
    }


def _emptied(s3: Any, *, Bucket: str) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=Bucket):
        for entry in page.get("Contents", []):
            s3.delete_object(Bucket=Bucket, Key=entry["Key"])

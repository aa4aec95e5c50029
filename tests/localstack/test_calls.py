"""Where the two emulators differ: every row of the table in docs/emulators.md, asked anew."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local.stack.choices import ROOT
from tests.localstack.engine import Emulator
from tests.localstack.lab import Lab

PAGE = ROOT / "docs" / "emulators.md"
FIRES_S = 20.0
"""MiniStack looks every 10 s for schedules whose time has come, this one's 2 s included."""
NO_ROWS = "docs/emulators.md has no row for this call: add one, with what each emulator said"


def name() -> str:
    return f"lab-{uuid.uuid4().hex[:10]}"


def put_events_of_300_kb(lab: Lab) -> str:
    detail = json.dumps({"metadata": {}, "data": "x" * 300_000})
    entry = {"EventBusName": lab.get("platform", "Bus")["Ref"], "Source": "a", "DetailType": "b", "Detail": detail}
    return "works" if boto3.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0 else "refused"


def notice_to_a_queue_that_allows_nobody(lab: Lab) -> str:
    bucket, queue, s3, sqs = name(), name(), boto3.client("s3"), boto3.client("sqs")
    url = sqs.create_queue(QueueName=queue)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    told = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)
    return "works"


def a_user_without_a_policy(lab: Lab) -> str:
    iam, user = boto3.client("iam"), name()
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    boto3.client("s3", **keys).list_buckets()
    return "works"


def a_role() -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    return str(boto3.client("iam").create_role(RoleName=name(), AssumeRolePolicyDocument=policy)["Role"]["Arn"])


def a_function_is_made_and_called(lab: Lab) -> str:
    functions, called, packed = boto3.client("lambda"), name(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as code:
        code.writestr("f.py", "def handler(event, context):\n    return 'answer'\n")
    functions.create_function(
        FunctionName=called,
        Runtime="python3.11",
        Role=a_role(),
        Handler="f.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    answer = functions.invoke(FunctionName=called)
    return "works" if json.load(answer["Payload"]) == "answer" else "refused"


def an_http_api(lab: Lab) -> str:
    boto3.client("apigatewayv2").create_api(Name=name(), ProtocolType="HTTP")
    return "works"


def ses_v2(lab: Lab) -> str:
    boto3.client("sesv2").create_email_identity(EmailIdentity="somebody@shop.example")
    return "works"


def an_alarm(lab: Lab) -> str:
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName=name(),
        MetricName="m",
        Namespace="n",
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )
    return "works"


def a_schedule_fires(lab: Lab) -> str:
    sqs, queue = boto3.client("sqs"), name()
    url = sqs.create_queue(QueueName=queue)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    soon = datetime.now(UTC) + timedelta(seconds=2)
    boto3.client("scheduler").create_schedule(
        Name=name(),
        ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": a_role(), "Input": "{}"},
    )
    ends = time.monotonic() + FIRES_S
    while time.monotonic() < ends:
        if sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"):
            return "works"
    return "stored, does not fire"


def a_null_in_a_pattern(lab: Lab) -> str:
    template = {
        "Resources": {
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventPattern": {"source": ["a"], "detail": {"b": [None]}}},
            }
        }
    }
    once = Config(retries={"max_attempts": 0})
    stacks, called = boto3.client("cloudformation", config=once), name()
    stacks.create_stack(StackName=called, TemplateBody=json.dumps(template))
    ends = time.monotonic() + FIRES_S
    while time.monotonic() < ends:
        state = str(stacks.describe_stacks(StackName=called)["Stacks"][0]["StackStatus"])
        if not state.endswith("IN_PROGRESS"):
            return "works" if state == "CREATE_COMPLETE" else "fails"
        time.sleep(0.2)
    return "never ends"


def a_topic_to_a_queue_that_allows_nobody(lab: Lab) -> str:
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    url = sqs.create_queue(QueueName=name())["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name=name())["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="m")
    return "works" if sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages") else "nothing arrives"


CALLS: dict[str, Callable[[Lab], str]] = {
    "EventBridge: `PutEvents` of 300 KB": put_events_of_300_kb,
    "S3: notices to a queue whose policy allows nobody": notice_to_a_queue_that_allows_nobody,
    "SNS: to a queue whose policy allows nobody": a_topic_to_a_queue_that_allows_nobody,
    "IAM: a user without a policy lists buckets": a_user_without_a_policy,
    "Lambda: a function is made and called": a_function_is_made_and_called,
    "API Gateway v2: an HTTP API": an_http_api,
    "SES v2: an identity": ses_v2,
    "CloudWatch: an alarm": an_alarm,
    "Scheduler: a schedule fires": a_schedule_fires,
    "CloudFormation: `null` in an event pattern": a_null_in_a_pattern,
}


def observed(call: Callable[[Lab], str], lab: Lab) -> str:
    """What the emulator does, in the table's words."""
    try:
        return call(lab)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        unknown = error.response["ResponseMetadata"]["HTTPStatusCode"] == 501 or code == "InternalFailure"
        return "not there" if unknown else f"refused: {code}"


def documented() -> dict[str, dict[str, str]]:
    """The table of the page by call, then by emulator; what stands in brackets explains."""
    lines = [line.strip().strip("|").split("|") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in cells] for cells in lines]
    return {
        call: {"LocalStack": one.partition(" (")[0], "MiniStack": other.partition(" (")[0]}
        for call, one, other, *_ in (row for row in rows if len(row) >= 3)
        if call in CALLS
    }


@pytest.mark.parametrize("call", CALLS)
def test_the_page_says_what_the_emulator_does(call: str, lab: Lab, emulator: Emulator) -> None:
    if emulator.name == "AWS" or (emulator.name == "LocalStack" and emulator.version != "4.14.0"):
        pytest.skip(f"the table is of LocalStack 4.14.0 and MiniStack; this is {emulator.name} {emulator.version}")
    assert call in documented(), NO_ROWS
    assert observed(CALLS[call], lab) == documented()[call][emulator.name]

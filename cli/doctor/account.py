"""What is deployed, what is stored, who hears of alarms, and what waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from cli.doctor.patient import Finding, Patient

SERVICES = ("intake", "classifier", "router", "dispatch", "learning")
SECRETS = {
    "slack-bot-token": "the bot token of your Slack app (xoxb-…)",
    "slack-signing-secret": "the signing secret of your Slack app",
    "chat-secret": "what the chat tool signs with",
    "link-secret": "what links in mails are signed with",
    "google-service-account": "the service account's key",
}
"""What SSM must hold, and what each is."""
_SAID = {
    "intake": {
        "SUPPORT_ADDRESSES": "supportAddressList", "MAIL_FROM": "mailFrom", "FORM_ORIGINS": "formOrigins",
        "FORM_LIMIT_PER_ADDRESS": "formsPerAddress", "FORM_LIMIT_PER_IP": "formsPerIp", "KEEP_DAYS": "keepDaysText",
    },
    "classifier": {"MODEL_ID": "model"},
    "dispatch": {
        "MAIL_FROM": "mailFrom", "TEAM_MAIL_DOMAINS": "teamDomainList", "MANAGERS_CHANNEL": "managersChannel",
        "TIME_ZONE": "timeZone", "REPLY_TO_CUSTOMER": "replyToCustomer", "SLACK_API_URL": "slackApiUrl",
    },
    "learning": {"RULES_FOLDER_ID": "rulesFolder", "SLACK_API_URL": "slackApiUrl"},
}  # fmt: skip
"""Which variable of a service's functions carries which value of the stage file (``cli/deployment.py``'s names)."""
_OTHER_FUNCTIONS = 5
"""Concurrent executions left for forms, chats, buttons, pages and schedules beside the five queues."""
_OLD = timedelta(minutes=15)
"""A message older than this in an inbox is stuck, or its service is down."""


def deployed(patient: Patient) -> Iterator[Finding]:
    """Six stacks, each whole."""
    stacks, missing, broken = patient.stack.client("cloudformation"), [], []
    for name in ("platform", *SERVICES):
        try:
            (found,) = stacks.describe_stacks(StackName=f"ticket-router-{name}-{patient.stage}")["Stacks"]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            missing.append(name)
            continue
        status = str(found["StackStatus"])
        if not status.endswith("_COMPLETE") or status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE"):
            broken.append(f"{name} ({status})")
    if missing:
        yield Finding("stacks", "fail", f"not deployed: {', '.join(missing)}", patient.deploy)
    if broken:
        cure = "CloudFormation's *Events* of that stack say why; then " + patient.deploy
        yield Finding("stacks", "fail", f"not whole: {', '.join(broken)}", cure)
    if not missing and not broken:
        yield Finding("stacks", "ok", "all six are deployed")


def as_the_file_says(patient: Patient) -> Iterator[Finding]:
    """The values the functions have are those of the stage file."""
    functions, differs, seen = patient.stack.client("lambda"), [], 0
    for service, said in _SAID.items():
        try:
            name = f"ticket-router-{service}-{patient.stage}-inbox"
            found = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        except functions.exceptions.ResourceNotFoundException:
            continue  # the check of the stacks says so
        seen += 1
        for variable, key in said.items():
            has, wanted = str(found.get(variable, "")), str(patient.told[key])
            if has != wanted:
                differs.append(f"{service} has {variable} {has or '(nothing)'}, the file says {wanted or '(nothing)'}")
    if differs:
        yield Finding("stage file", "fail", "; ".join(differs), patient.deploy)
    elif seen:
        yield Finding("stage file", "ok", f"stages/{patient.stage}.yml is what is deployed")
    else:
        yield Finding("stage file", "unknown", "nothing is deployed to compare it with", patient.deploy)


def secrets(patient: Patient) -> Iterator[Finding]:
    """Every secret is stored, encrypted and more than a placeholder."""
    wrong = False
    for name, what in SECRETS.items():
        value = patient.secret(name)
        said = f"/ticket-router/{patient.stage}/{name}"
        if value is None:
            wrong = True
            yield Finding("secrets", "fail", f"{said} is not stored: {what}", patient.init)
        elif fault := faulty(name, value):
            wrong = True
            yield Finding("secrets", "fail", f"{said} {fault}", f"{patient.init} --replace {name}")
    found = patient.stack.client("ssm").describe_parameters(
        ParameterFilters=[{"Key": "Name", "Option": "BeginsWith", "Values": [f"/ticket-router/{patient.stage}/"]}]
    )["Parameters"]
    plain = [one["Name"] for one in found if one["Type"] != "SecureString"]
    if plain:
        yield Finding(
            "secrets", "fail", f"stored unencrypted: {', '.join(plain)}",
            f"Delete them, then {patient.init}; they are to be SecureString.",
        )  # fmt: skip
    elif not wrong:
        newest = max(one["LastModifiedDate"] for one in found)
        yield Finding("secrets", "ok", f"all {len(SECRETS)} are stored, the last changed {newest:%Y-%m-%d}")


def faulty(name: str, value: str) -> str | None:
    """What cannot be right about a secret, as in “it …”; None when nothing is seen."""
    if value != value.strip():
        return "has blanks or a line end around it"
    if name == "slack-bot-token" and not value.startswith("xoxb-"):
        return "is no bot token: those begin with xoxb-"
    if name in ("link-secret", "chat-secret") and len(value) < 32:
        return f"has {len(value)} characters; 32 are the least that cannot be guessed"
    if name == "google-service-account":
        try:
            key = json.loads(value)
            if not {"client_email", "private_key", "token_uri"} <= set(key):
                return "lacks client_email, private_key or token_uri: it must be the whole key file"
        except (ValueError, TypeError):
            return "is no JSON: it must be the whole key file"
    return None


def alarms(patient: Patient) -> Iterator[Finding]:
    """Somebody hears of alarms, and has confirmed it."""
    topic = f"arn:aws:sns:{patient.settings.region}:{patient.stack.account}:tickets-alarms-{patient.stage}"
    found = patient.stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    confirmed = [one["Endpoint"] for one in found if one["SubscriptionArn"].startswith("arn:")]
    waiting = [one["Endpoint"] for one in found if not one["SubscriptionArn"].startswith("arn:")]
    if waiting:
        cure = "Open the mail “AWS Notification - Subscription Confirmation” there and press its link."
        yield Finding("alarms", "fail", f"{', '.join(waiting)} has not confirmed: alarms go nowhere", cure)
    elif confirmed:
        yield Finding("alarms", "ok", f"{', '.join(confirmed)} hears of them")
    elif patient.settings.alarm_mail:
        yield Finding("alarms", "fail", f"{patient.settings.alarm_mail} is not subscribed", patient.deploy)
    else:
        yield Finding("alarms", "unknown", "nobody hears of them", "Name somebody as alarm_mail in the stage file.")


def quota(patient: Patient) -> Iterator[Finding]:
    """The account may run what the queues call at once."""
    limit = patient.stack.client("lambda").get_account_settings()["AccountLimit"]
    has = int(limit.get("UnreservedConcurrentExecutions", limit["ConcurrentExecutions"]))
    needs = len(SERVICES) * patient.settings.limits.workers
    if has < needs:
        cure = "Lower limits.workers, or ask AWS: Service Quotas → Lambda → Concurrent executions."
        yield Finding("quota", "fail", f"{has} Lambdas may run at once, the queues alone call up to {needs}", cure)
    elif has < needs + _OTHER_FUNCTIONS:
        cure = "Enough while not all queues are full at once. More: Service Quotas → Lambda → Concurrent executions."
        yield Finding("quota", "ok", f"{has} Lambdas may run at once, the queues call up to {needs}. {cure}")
    else:
        yield Finding("quota", "ok", f"{has} Lambdas may run at once, the queues call up to {needs}")


def queues(patient: Patient) -> Iterator[Finding]:
    """Nothing lies in a dead-letter queue, nothing waits for long."""
    sqs, wrong = patient.stack.client("sqs"), False
    for service in SERVICES:
        name = f"tickets-{patient.stage}-{service}"
        dead = _waiting(sqs, f"{name}-dead")
        if dead:
            wrong = True
            cure = f"ticket-router redrive --service {service} --dry-run --stage {patient.stage} says why"
            yield Finding("queues", "fail", f"{dead} dead letters of {service}", cure)
        age = _age(patient, name)
        if age > _OLD:
            wrong = True
            minutes = round(age.total_seconds() / 60)
            cure = f"Look at the log of ticket-router-{service}-{patient.stage}-inbox."
            yield Finding("queues", "fail", f"something has waited {minutes} minutes for {service}", cure)
    if not wrong:
        yield Finding("queues", "ok", "nothing lies in them for long, no dead letters")


def _waiting(sqs: Any, name: str) -> int:
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return 0
    asked = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[asked])["Attributes"][asked])


def _age(patient: Patient, queue: str) -> timedelta:
    """The age of the oldest message, as CloudWatch last saw it (a minute or two ago)."""
    now = datetime.now(UTC)
    answer = patient.stack.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS", MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": queue}],
        StartTime=now - timedelta(minutes=10), EndTime=now, Period=60, Statistics=["Maximum"],
    )  # fmt: skip
    newest = max(answer.get("Datapoints", ()), key=lambda point: point["Timestamp"], default=None)
    return timedelta(seconds=newest["Maximum"]) if newest else timedelta()

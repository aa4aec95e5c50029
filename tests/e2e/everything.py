"""Every text that a stack keeps, in whatever place and encoding: read past the product's own code."""

from __future__ import annotations

import email
import json
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import httpx

from local.demo.watch import Watch


def everything_kept(watch: Watch) -> Iterator[tuple[str, str]]:
    """Where, and what is said there: tables, buckets, queues, the rules folder, Slack, the functions' logs."""
    dynamodb = watch.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            yield from ((table, _flat(item)) for item in page["Items"])
    s3 = watch.client("s3")
    for bucket in (one["Name"] for one in s3.list_buckets()["Buckets"]):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", []):
                content = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                yield f"{bucket}/{entry['Key']}", "\n".join([entry["Key"], *_decoded(content)])
    for file in Path(watch.endpoints.rules_dir).iterdir():
        yield file.name, file.read_text()
    state = httpx.get(watch.endpoints.slack_api_url.replace("/api/", "/state"), trust_env=False).json()
    for channel in state["channels"]:
        yield from ((f"#{channel['name']}", _flat(message)) for message in channel["messages"])
    yield "Slack's files", _flat(state["files"])
    logs = watch.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            yield from ((group["logGroupName"], event["message"]) for event in page["events"])


def _flat(value: object) -> str:
    """A stored value as text, with the escapes of the JSON inside it undone."""
    return json.dumps(value, ensure_ascii=False).encode().decode("utf-8").replace('\\"', '"')


def _decoded(content: bytes) -> Iterator[str]:
    yield content.decode(errors="replace")
    for part in email.message_from_bytes(content, policy=default).walk():
        if part.get_content_maintype() == "text":
            yield bytes(part.get_payload(decode=True) or b"").decode(errors="replace")

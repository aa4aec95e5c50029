"""Published schemas and examples, for tests of any service."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

_CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((_CONTRACTS / "schemas" / f"{name}.json").read_text())
    return Draft202012Validator(schema, format_checker=FormatChecker())


def violations(name: str, document: Any) -> list[str]:
    """What is wrong with a document by the published schema ``name`` (``TicketReceived.v1``); empty when nothing."""
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)]


def examples(name: str) -> list[tuple[str, dict[str, Any]]]:
    """The published examples of a contract, with their file names."""
    folder = _CONTRACTS / "examples" / name
    return [(path.stem, json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


def as_sqs_body(detail_type: str, source: str, detail: dict[str, Any]) -> str:
    """The SQS body in which an EventBridge rule delivers an event."""
    envelope = {
        "version": "0",
        "id": "11111111-2222-3333-4444-555555555555",
        "account": "000000000000",
        "region": "eu-central-1",
        "time": "2026-11-23T08:54:00Z",
        "resources": [],
        "source": source,
        "detail-type": detail_type,
        "detail": detail,
    }
    return json.dumps(envelope)


def as_sqs_batch(*bodies: str, queue: str = "tickets-test-inbox") -> dict[str, Any]:
    """The batch that Lambda hands to a function for these SQS bodies; message ids are ``m0``, ``m1`` …"""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": f"handle-{number}",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1763888040000",
                    "SenderId": "AIDA",
                    "ApproximateFirstReceiveTimestamp": "1763888040001",
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:eu-central-1:000000000000:{queue}",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }

"""learning takes every published example of its events and publishes only what the schema of the rules allows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from contracts.rules import Rules
from services.learning import app, handler
from shared.testing.contracts import as_sqs_batch, as_sqs_body, examples, violations


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch, folder: Any, shelf: Any, leads: Any) -> None:
    monkeypatch.setattr(handler, "folder", lambda: folder)
    monkeypatch.setattr(handler, "shelf", lambda: shelf)
    monkeypatch.setattr(handler, "leads", lambda: leads)
    monkeypatch.setattr("shared.consume._sqs", lambda: None)


def deliver(document: dict[str, Any], kind: str = "TicketCorrected") -> dict[str, Any]:
    body = as_sqs_body(kind, "tickets.dispatch", document)
    return handler.inbox(as_sqs_batch(body), None)  # type: ignore[arg-type]


def test_the_published_rules_are_what_the_schema_says(shelf: Any) -> None:
    handler.publish({}, None)  # type: ignore[arg-type]
    assert violations("rules.v1", json.loads(shelf.force.rules.model_dump_json())) == []


@pytest.mark.parametrize(("stem", "document"), examples("TicketCorrected.v1"))
def test_every_published_correction_is_dealt_with(shelf: Any, stem: str, document: dict[str, Any]) -> None:
    handler.publish({}, None)  # type: ignore[arg-type]
    assert deliver(document) == {"batchItemFailures": []}
    assert list(shelf.lessons) == [document["metadata"]["event_id"]]


@pytest.mark.parametrize(("stem", "document"), examples("OutcomesCounted.v1"))
def test_every_published_count_comes_into_force(shelf: Any, stem: str, document: dict[str, Any]) -> None:
    handler.publish({}, None)  # type: ignore[arg-type]
    assert deliver(document, "OutcomesCounted") == {"batchItemFailures": []}
    published = json.loads(shelf.force.rules.model_dump_json())
    assert published["outcomes"] == document["data"]["outcomes"]
    assert violations("rules.v1", published) == []


def test_a_correction_that_cannot_be_written_yet_comes_back(shelf: Any) -> None:
    (_, document), *_ = examples("TicketCorrected.v1")
    assert deliver(document) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert shelf.lessons == {}


@pytest.mark.parametrize(("stem", "document"), examples("rules.v1"))
def test_published_examples_of_the_rules_can_be_replaced(
    folder: Any, shelf: Any, now: datetime, stem: str, document: dict[str, Any]
) -> None:
    shelf.force = app.InForce(Rules.model_validate(document), "etag")
    published = app.publish_rules(folder=folder, shelf=shelf, now=now)
    assert published.rules is not None
    assert published.rules.revision == document["revision"] + 1

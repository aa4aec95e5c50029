"""The lists of what is not read and the day's calls, as DynamoDB is asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from contracts.ticket_classified import TicketClassified
from services.classifier.adapters.calls import Calls
from services.classifier.adapters.unread import BY_A_PERSON, Unread, left_unread
from services.classifier.domain.unread import Owed
from shared.testing.contracts import examples

NOW = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "eu-central-1"}


@pytest.fixture
def dynamodb() -> Iterator[Stubber]:
    with Stubber(boto3.client("dynamodb", **KEYS)) as stub:
        yield stub
        stub.assert_no_pending_responses()


def owed(ticket_id: str, due: str = "2026-11-27T16:00:00Z") -> Owed:
    return Owed(ticket_id, "e-1", due, "2026-11-27T15:00:00Z", "the model refuses", tries=1, expires_at=1_800_000_000)


def item(one: Owed) -> dict[str, Any]:
    texts = {"ticket_id": one.ticket_id, "event_id": one.event_id, "since": one.since, "why": one.why}
    numbers = {"tries": one.tries, "expires_at": one.expires_at}
    return {
        "pk": {"S": "unread"},
        "sk": {"S": f"{one.due}#{one.ticket_id}"},
        **{name: {"S": value} for name, value in texts.items()},
        **{name: {"N": str(value)} for name, value in numbers.items()},
    }


@pytest.mark.parametrize(("now", "last"), [(NOW, "2026-11-27T16:30:00Z~"), (None, "~")], ids=["due", "all"])
def test_only_what_is_due_is_read_and_page_after_page(dynamodb: Stubber, now: datetime | None, last: str) -> None:
    asked = {
        "TableName": "t",
        "KeyConditionExpression": "pk = :unread AND sk <= :last",
        "ExpressionAttributeValues": {":unread": {"S": "unread"}, ":last": {"S": last}},
    }
    first, second = owed("T-1"), owed("T-2")
    there = {"pk": {"S": "unread"}, "sk": {"S": "x"}}
    dynamodb.add_response("query", {"Items": [item(first)], "LastEvaluatedKey": there}, asked)
    dynamodb.add_response("query", {"Items": [item(second)]}, {**asked, "ExclusiveStartKey": there})
    assert list(Unread(dynamodb.client, table="t", keep_days=400).due(now)) == [first, second]


def test_what_only_a_person_may_try_again_is_never_due_and_yet_in_the_list() -> None:
    """Keys are compared as text."""
    for day in range(0, 40_000, 1_000):
        assert f"{NOW + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}~" < f"{BY_A_PERSON}#T-1" < "~"


def test_a_pause_moves_the_row_at_once_and_keeps_what_it_says(dynamodb: Stubber) -> None:
    one, until = owed("T-1"), NOW + timedelta(hours=1)
    moved = item(Owed("T-1", "e-1", "2026-11-27T17:30:00Z", one.since, "busy", tries=2, expires_at=one.expires_at))
    change = [
        {"Put": {"TableName": "t", "Item": moved}},
        {"Delete": {"TableName": "t", "Key": {"pk": {"S": "unread"}, "sk": {"S": "2026-11-27T16:00:00Z#T-1"}}}},
    ]
    dynamodb.add_response("transact_write_items", {}, {"TransactItems": change})
    Unread(dynamodb.client, table="t", keep_days=400).postpone(one, until, "busy")


def test_a_row_that_stays_where_it_is_is_not_written(dynamodb: Stubber) -> None:
    """DynamoDB refuses a transaction that touches one row twice."""
    Unread(dynamodb.client, table="t", keep_days=400).postpone(owed("T-1", BY_A_PERSON), None, "again")


def test_every_published_unread_event_makes_a_row_that_is_read_back(dynamodb: Stubber) -> None:
    documents = dict(examples("TicketClassified.v1"))
    unread = TicketClassified.model_validate(next(d for name, d in documents.items() if "unread" in str(name)))
    row = left_unread(unread, NOW, expires_at=1_800_000_000)
    dynamodb.add_response("query", {"Items": [row]})
    (found,) = Unread(dynamodb.client, table="t", keep_days=400).due(NOW)
    assert (found.ticket_id, found.event_id) == (unread.metadata.correlation_id, unread.metadata.event_id)
    assert (found.due, found.tries) == ("2026-11-27T16:30:00Z", 0)


def test_a_call_is_counted_for_its_day_and_refused_beyond_the_limit(dynamodb: Stubber) -> None:
    calls, key = Calls(dynamodb.client, table="t", a_day=2), {"pk": {"S": "calls"}, "sk": {"S": "2026-11-27"}}
    expected = {
        "TableName": "t",
        "Key": key,
        "UpdateExpression": ANY,
        "ConditionExpression": ANY,
        "ExpressionAttributeValues": ANY,
    }
    dynamodb.add_response("update_item", {}, expected)
    dynamodb.add_client_error("update_item", "ConditionalCheckFailedException")
    assert [calls.take(NOW), calls.take(NOW)] == [True, False]


def test_without_a_limit_nothing_is_counted(dynamodb: Stubber) -> None:
    calls = Calls(dynamodb.client, table="t", a_day=0)
    assert calls.take(NOW)
    assert not calls.are_spent(NOW)


@pytest.mark.parametrize(("made", "spent"), [(None, False), ("1", False), ("2", True), ("3", True)])
def test_a_day_is_spent_when_its_last_call_is_made(dynamodb: Stubber, made: str | None, spent: bool) -> None:
    dynamodb.add_response("get_item", {"Item": {"made": {"N": made}}} if made else {})
    assert Calls(dynamodb.client, table="t", a_day=2).are_spent(NOW) is spent

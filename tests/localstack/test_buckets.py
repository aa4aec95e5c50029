"""S3: what is written once, what is read only when it changed, and the notice that a mail is there."""

from __future__ import annotations

import json
import urllib.parse
import uuid

import boto3
import pytest

from contracts.rules import RULES_KEY, Rules
from services.intake.adapters import aws as intake
from services.intake.settings import Settings as IntakeSettings
from services.learning.adapters.bucket import S3Shelf
from services.learning.app import EditedMeanwhile
from shared.settings import load
from shared.snapshot import Snapshot
from shared.testing.contracts import examples
from tests.localstack.conftest import House
from tests.localstack.inboxes import emptied, taken
from tests.localstack.lab import Lab


@pytest.fixture
def bucket(house: House) -> intake.Bucket:
    with house.of("intake"):
        return intake.Bucket(load(IntakeSettings))


@pytest.fixture
def shelf(lab: Lab) -> S3Shelf:
    """The rules bucket as it is before the first publication."""
    s3, name = boto3.client("s3"), lab.get("learning", "RulesBucket")["Ref"]
    for entry in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=entry["Key"])
    return S3Shelf(s3, bucket=name)


@pytest.fixture
def rules() -> Rules:
    ((_, document), *_) = examples("rules.v1")
    return Rules.model_validate(document)


def test_what_is_kept_is_read_back(bucket: intake.Bucket) -> None:
    ref = bucket.keep("attachments/a b/ü.bin", b"\0\xff", "application/octet-stream")
    assert bucket.read(ref.key) == b"\0\xff"


def test_the_first_to_keep_a_key_wins_and_the_second_is_told_what_is_there(bucket: intake.Bucket) -> None:
    key = f"form/{uuid.uuid4()}.json"
    assert bucket.keep_first(key, b"first") == b"first"
    assert bucket.keep_first(key, b"second") == b"first"


@pytest.mark.parametrize("key", ["inbound/plain", "inbound/a b+c/ü&=?.eml"])
def test_a_mail_that_arrives_is_announced_in_intakes_inbox(lab: Lab, key: str) -> None:
    inbox, name = lab.queue("intake"), lab.get("intake", "MailBucket")["Ref"]
    emptied(inbox)
    s3 = boto3.client("s3")
    s3.put_object(Bucket=name, Key=f"form/{uuid.uuid4()}", Body=b"not announced: the form announces itself")
    s3.put_object(Bucket=name, Key=key, Body=b"mail")
    (body,) = taken(inbox)
    (record,) = json.loads(body)["Records"]
    assert record["s3"]["bucket"]["name"] == name
    assert urllib.parse.unquote_plus(record["s3"]["object"]["key"]) == key


def test_rules_go_into_force_for_whoever_read_them_last(shelf: S3Shelf, rules: Rules) -> None:
    assert shelf.in_force() is None
    shelf.publish(rules, instead_of=None, record={})
    with pytest.raises(EditedMeanwhile):
        shelf.publish(rules, instead_of=None, record={})
    read = shelf.in_force()
    newer = rules.model_copy(update={"revision": rules.revision + 1})
    shelf.publish(newer, instead_of=read, record={})
    with pytest.raises(EditedMeanwhile):
        shelf.publish(newer, instead_of=read, record={})
    assert (force := shelf.in_force()) is not None
    assert force.rules.revision == newer.revision


def test_an_effect_is_claimed_once_and_can_be_claimed_again_when_let_go(shelf: S3Shelf) -> None:
    assert [shelf.claim("asked/x"), shelf.claim("asked/x")] == [True, False]
    assert shelf.posted("asked/x") is None
    shelf.note_posted("asked/x", {"ts": "1"})
    assert shelf.posted("asked/x") == {"ts": "1"}
    shelf.release("asked/x")
    assert shelf.claim("asked/x")


def test_lessons_are_found_by_their_ticket(shelf: S3Shelf) -> None:
    shelf.note_lesson("e-1", {"ticket_id": "T-1", "topic": "billing"})
    shelf.note_lesson("e-2", {"ticket_id": "T-2", "topic": "outage"})
    assert [lesson["topic"] for lesson in shelf.lessons_of("T-1")] == ["billing"]


def test_a_snapshot_that_did_not_change_is_not_sent_again(shelf: S3Shelf, rules: Rules) -> None:
    s3, name, parsed = boto3.client("s3"), shelf._bucket, list[int]()

    def parse(text: bytes) -> Rules:
        parsed.append(len(text))
        return Rules.model_validate_json(text)

    snapshot = Snapshot(s3, bucket=name, key=RULES_KEY, parse=parse, fresh_for=0)
    with pytest.raises(s3.exceptions.NoSuchKey):
        snapshot.get()
    shelf.publish(rules, instead_of=None, record={})
    assert snapshot.get() == snapshot.get() == rules
    assert len(parsed) == 1
    shelf.publish(rules.model_copy(update={"revision": 99}), instead_of=shelf.in_force(), record={})
    assert (snapshot.get().revision, len(parsed)) == (99, 2)


def test_before_the_first_publication_intake_goes_on(shelf: S3Shelf, house: House, rules: Rules) -> None:
    with house.of("intake"):
        published = intake.Published(load(IntakeSettings))
    assert published.staff() == ()
    shelf.publish(rules, instead_of=None, record={})
    assert published.staff() == rules.staff

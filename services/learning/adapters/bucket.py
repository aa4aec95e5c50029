"""The rules bucket: what learning publishes and what it keeps to itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.exceptions import ClientError

from contracts.rules import RULES_KEY, Rules
from services.learning.app import EditedMeanwhile, InForce
from services.learning.settings import Settings

READING_KEY = "problems.json"


class S3Shelf:
    """The rules bucket: ``rules.v1.json``, ``revisions/``, ``problems.json`` and ``lessons/``."""

    def __init__(self, s3: Any, *, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def in_force(self) -> InForce | None:
        """The published rules; None before the first time."""
        found = self._get(RULES_KEY)
        return InForce(Rules.model_validate_json(found[0]), found[1]) if found else None

    def last_reading(self) -> dict[str, Any]:
        """What the last reading of the folder found; empty before the first."""
        found = self._get(READING_KEY)
        return dict(json.loads(found[0])) if found else {}

    def publish(self, rules: Rules, *, instead_of: InForce | None, record: dict[str, Any]) -> None:
        """Keep the revision, then put it in force on condition that nobody was quicker."""
        body = rules.model_dump_json(indent=1)
        condition = {"IfMatch": instead_of.etag} if instead_of else {"IfNoneMatch": "*"}
        try:
            self._s3.put_object(
                Bucket=self._bucket, Key=RULES_KEY, Body=body.encode(), ContentType="application/json", **condition
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 409, 412):
                raise EditedMeanwhile from error
            raise
        self._put(f"revisions/{rules.revision:06}.json", {**record, "rules": json.loads(body)})

    def note_reading(self, reading: dict[str, Any]) -> None:
        """Keep what the last reading of the folder found."""
        self._put(READING_KEY, reading)

    def lesson(self, event_id: str) -> dict[str, Any] | None:
        """What came of this correction; None when it is new."""
        found = self._get(f"lessons/{event_id}.json")
        return dict(json.loads(found[0])) if found else None

    def lessons_of(self, ticket_id: str) -> Sequence[dict[str, Any]]:
        """What came of the ticket's corrections so far."""
        answer = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=f"tickets/{ticket_id}/")
        names = [entry["Key"].rpartition("/")[2] for entry in answer.get("Contents", [])]
        return [lesson for name in names if (lesson := self.lesson(name))]

    def claim(self, effect: str) -> bool:
        """Take an effect for this worker alone; False when it is taken or done."""
        try:
            self._s3.put_object(Bucket=self._bucket, Key=effect, Body=b"", IfNoneMatch="*")
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                return False
            raise
        return True

    def release(self, effect: str) -> None:
        """It did not work: somebody else may try."""
        self._s3.delete_object(Bucket=self._bucket, Key=effect)

    def note_posted(self, effect: str, posted: dict[str, Any]) -> None:
        """Keep where an effect that was claimed can be found again."""
        self._put(effect, posted)

    def posted(self, effect: str) -> dict[str, Any] | None:
        """Where the effect can be found; None when nobody noted it (a claim alone is empty)."""
        found = self._get(effect)
        return dict(json.loads(found[0])) if found and found[0] else None

    def note_lesson(self, event_id: str, lesson: dict[str, Any]) -> None:
        """Keep what came of a correction, and that it was one of this ticket."""
        self._put(f"tickets/{lesson['ticket_id']}/{event_id}", {})
        self._put(f"lessons/{event_id}.json", lesson)

    def _get(self, key: str) -> tuple[bytes, str] | None:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise
        return answer["Body"].read(), answer["ETag"]

    def _put(self, key: str, value: dict[str, Any]) -> None:
        body = json.dumps(value, ensure_ascii=False, indent=1).encode()
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")


def shelf(settings: Settings) -> S3Shelf:
    """The rules bucket."""
    return S3Shelf(boto3.client("s3"), bucket=settings.rules_bucket)

"""A published JSON document in S3, read again only when it has changed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Generic, TypeVar

from botocore.exceptions import ClientError

T = TypeVar("T")


class Snapshot(Generic[T]):
    """An S3 object behind an ETag: a warm Lambda asks ``If-None-Match`` and mostly gets a 304 without a body.

    ``fresh_for`` seconds after an answer nothing is asked at all (a batch asks once, not per message). Shorter than it
    takes from a correction to the next ticket: half a second was seen.
    """

    def __init__(self, s3: Any, *, bucket: str, key: str, parse: Callable[[bytes], T], fresh_for: float = 0.2) -> None:
        self._s3, self._bucket, self._key, self._parse, self._fresh_for = s3, bucket, key, parse, fresh_for
        self._etag, self._value, self._asked = "", None, float("-inf")  # type: str, T | None, float

    def get(self) -> T:
        """The document as last published. Raises botocore's ClientError when it was never published."""
        if self._value is not None and monotonic() - self._asked < self._fresh_for:
            return self._value
        condition = {"IfNoneMatch": self._etag} if self._etag else {}
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=self._key, **condition)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 304 or self._value is None:
                raise
        else:
            self._value = self._parse(answer["Body"].read())
            self._etag = answer["ETag"]
        self._asked = monotonic()
        return self._value

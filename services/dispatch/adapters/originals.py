"""What the customer sent, as intake keeps it in its bucket: read by the references that the events carry."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from contracts.ticket import ObjectRef
from shared.errors import NotNow

VALID_FOR_S = 300
"""How long a link to a file works."""
_GONE = ("NoSuchKey", "NoSuchBucket", "AccessDenied", "404", "403")
"""Without ``s3:ListBucket`` S3 answers 403 for an object that is not there."""


class Originals:
    """Objects of S3, over a boto3 client. The role reads the mail bucket alone, whatever an event names."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self, ref: ObjectRef, *, most: int) -> bytes | None:
        """The content; None when it has more than ``most`` bytes. Raises LookupError when it is gone."""
        try:
            answer = self._client.get_object(Bucket=ref.bucket, Key=ref.key)
            return bytes(answer["Body"].read()) if answer["ContentLength"] <= most else None
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                raise LookupError(f"{ref.key} is not kept any more") from error
            raise NotNow(f"S3 does not answer: {error}", retry_after=10) from error
        except BotoCoreError as error:
            raise NotNow(f"S3 does not answer: {error}", retry_after=10) from error

    def link(self, ref: ObjectRef, name: str) -> str:
        """Where a browser downloads it, for five minutes: as a file, never as a page."""
        wanted = {
            "Bucket": ref.bucket,
            "Key": ref.key,
            "ResponseContentDisposition": disposition(name),
            "ResponseContentType": "application/octet-stream",
        }
        return str(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=VALID_FOR_S))


def disposition(name: str) -> str:
    """``Content-Disposition`` for a download (RFC 6266): ASCII for old clients, UTF-8 for all others."""
    from urllib.parse import quote

    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

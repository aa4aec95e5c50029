"""Presigned POST forms: a browser lays a file straight into the mail bucket, under one key, of one type and size."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from services.intake.settings import Settings

VALID_FOR_S = 600
"""How long a form may be posted: time for 10 MB over a slow line."""


class Uploads:
    """Signs with the function's own role, which may put objects below ``uploads/`` and nowhere else by hand."""

    def __init__(self, settings: Settings) -> None:
        # virtual: else boto3 writes the old global address, which redirects for buckets of other regions.
        self._s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
        self._bucket = settings.mail_bucket

    def post_form(self, key: str, *, content_type: str, size: int) -> dict[str, Any]:
        form: dict[str, Any] = self._s3.generate_presigned_post(
            Bucket=self._bucket,
            Key=key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", size, size]],
            ExpiresIn=VALID_FOR_S,
        )
        return form

    @property
    def origin(self) -> str:
        """Where the page's script must be allowed to post to."""
        parts = urlsplit(self.post_form("uploads/x", content_type="text/plain", size=1)["url"])
        return f"{parts.scheme}://{parts.netloc}"

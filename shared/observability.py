"""One logger, set up the same way in every service."""

from __future__ import annotations

import os

from aws_lambda_powertools import Logger


def logger(service: str) -> Logger:
    """A JSON logger. ``LOG_LEVEL`` is the one variable read at import: logging must work before settings do."""
    return Logger(service=service, level=os.environ.get("LOG_LEVEL", "INFO"))

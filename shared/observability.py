"""One logger, set up the same way in every service."""

from __future__ import annotations

import os

from aws_lambda_powertools import Logger

NAMESPACE = "TicketRouter"
"""CloudWatch namespace of what the services count."""


def logger(service: str) -> Logger:
    """A JSON logger. ``LOG_LEVEL`` is the one variable read at import: logging must work before settings do."""
    return Logger(service=service, level=os.environ.get("LOG_LEVEL", "INFO"))


def count(name: str, *, service: str) -> None:
    """Count one for an alarm: CloudWatch reads it from the log (embedded metric format), by service and stage."""
    # Imported when something is counted, which is rare: a start must not pay for it.
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="service", value=service)
        metric.add_dimension(name="stage", value=os.environ.get("STAGE", ""))

"""What the entry points work with: made once per execution environment, and put together here alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from services.intake.adapters import aws
from services.intake.adapters.conversations import Conversations
from services.intake.adapters.sense import sense
from services.intake.domain.linking import Folding
from services.intake.settings import settings as settings
from shared.bus import EventBus
from shared.observability import logger

log = logger("intake")


@cache
def bus() -> EventBus:
    """One client per execution environment, like those below."""
    return aws.bus(settings())


@cache
def bucket() -> aws.Bucket:
    """The mail bucket."""
    return aws.Bucket(settings())


@cache
def queue() -> aws.Queue:
    """The inbox, from the outside."""
    return aws.Queue(settings())


@cache
def table() -> aws.Table:
    """intake's table."""
    return aws.Table(settings())


@cache
def counter() -> aws.Counter:
    """The count of forms."""
    return aws.Counter(settings())


@cache
def conversations() -> Conversations:
    """What conversations have become."""
    return Conversations(settings())


@cache
def published() -> aws.Published:
    """The published rules, as far as intake needs them."""
    return aws.Published(settings())


def folding() -> Folding:
    """How copies are found: the settings, and what people have taught."""
    return replace(settings().folding, kept_apart=published().kept_apart(), sense=sense)

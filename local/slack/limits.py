"""Slack's rate limits: a tier per method, and about one message a second per channel with short bursts allowed.

Facts: Slack's page on rate limits. Tier 2 is 20+ calls a minute, tier 3 50+, tier 4 100+, per method and workspace.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

_TIERS = {2: 20, 3: 50, 4: 100}
_TIER_OF = {
    "chat.update": 3, "chat.delete": 3, "chat.postEphemeral": 4,
    "conversations.list": 2, "conversations.info": 3, "conversations.history": 3, "conversations.replies": 3,
    "conversations.join": 3, "conversations.members": 4, "conversations.open": 3,
    "pins.add": 2, "pins.remove": 2, "pins.list": 2, "users.list": 2, "users.info": 4, "users.lookupByEmail": 3,
    "reactions.add": 3, "files.getUploadURLExternal": 4, "files.completeUploadExternal": 4, "files.delete": 3,
    "views.open": 4,
}  # fmt: skip
_READS = {
    "conversations.list", "conversations.info", "conversations.history", "conversations.replies",
    "conversations.members", "pins.list", "users.list", "users.info", "users.lookupByEmail",
}  # fmt: skip


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimits:
    """Token buckets. A call that finds its bucket empty is told how many whole seconds to wait.

    ``messages_per_second`` and ``burst`` are for chat.postMessage in one channel; ``tiers`` False lifts the rest,
    ``reads`` False only those of methods that change nothing: whoever looks at a running stack does so with dispatch's
    own token, and must not use up what dispatch may.
    """

    def __init__(
        self,
        *,
        messages_per_second: float = 1.0,
        burst: int = 10,
        tiers: bool = True,
        reads: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.messages_per_second, self.burst, self._clock = messages_per_second, burst, clock
        self.tiers, self.reads = tiers, reads
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def wait(self, method: str, channel: str) -> int | None:
        """None when the call may go ahead, else the ``Retry-After`` in seconds."""
        if method == "chat.postMessage":
            return self._take((method, channel), rate=self.messages_per_second, size=self.burst)
        tier = _TIER_OF.get(method)
        if tier is None or not self.tiers or (method in _READS and not self.reads):
            return None
        return self._take((method, ""), rate=_TIERS[tier] / 60, size=_TIERS[tier])

    def _take(self, key: tuple[str, str], *, rate: float, size: int) -> int | None:
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(size, now))
        bucket.tokens, bucket.at = min(size, bucket.tokens + (now - bucket.at) * rate), now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return None
        return max(1, math.ceil((1 - bucket.tokens) / rate))

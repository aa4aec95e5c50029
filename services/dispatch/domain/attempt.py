"""One try at something that must not be done twice outside, and what is known of the tries before it.

What was *refused* has not happened, and may be tried again at once. What had no answer may have happened, or may still:
it is in doubt, from just before it is asked for until somebody finds it or it must long have shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from shared.errors import NotNow

LEASE = timedelta(seconds=90)
"""How long a worker has an effect to itself: as long as the function may run (60 s), and half a minute for clocks."""
LONG_LEASE = timedelta(seconds=150)
"""The same for what the report's function does (120 s)."""
SHOWN_WITHIN = timedelta(seconds=60)
"""How long after a call a worker that hung up may still be carried out, and a history may not show it yet.

Slack promises nothing. Its own answers come within three seconds and calls are given up after ten.
"""

T = TypeVar("T")


@dataclass(frozen=True)
class Claim:
    """An effect that one worker has to itself for a while."""

    effect: str
    holder: str
    """Nobody else's word: whoever has lost the claim meanwhile changes nothing with it."""
    doubt_until: datetime | None = None
    """An earlier try may have worked; not to find it proves something from then on. None: none was made."""
    made: str | None = None
    """What an earlier try was answered (a timestamp, a Message-ID), when it got that far."""


class Claims(Protocol):
    """Where claims are kept, over all workers."""

    def claim(self, effect: str, *, now: datetime, lease: timedelta = LEASE) -> Claim | None:
        """Take an effect for this worker alone; None when it is done. Raises NotNow while another worker has it."""

    def begin(self, claim: Claim, *, doubt_until: datetime) -> None:
        """Note that it may happen from now on. Raises NotNow when somebody else has the claim."""

    def made(self, claim: Claim, answer: str) -> None:
        """Note that it has happened, and what came of it."""

    def refused(self, claim: Claim) -> None:
        """Note that it has not happened."""

    def release(self, claim: Claim) -> None:
        """Let the next worker try at once."""

    def done(self, effect: str) -> None:
        """Nobody need try again."""


class Refused(NotNow):
    """The other side said no, or was never reached: nothing was done."""


class InDoubt(NotNow):
    """It may have been done and does not show yet: neither again nor elsewhere before that is known."""


class Attempt:
    """A worker's try at an effect that it has claimed."""

    def __init__(self, claim: Claim, claims: Claims, clock: Callable[[], datetime]) -> None:
        self.effect, self._claim, self._claims, self.clock = claim.effect, claim, claims, clock
        self._doubt_until, self.made = claim.doubt_until, claim.made

    @property
    def in_doubt(self) -> bool:
        """Whether it may have been done already."""
        return self._doubt_until is not None

    def not_found(self, *, looked_at: datetime) -> None:
        """It was looked for, from that moment on, and is not there. Raises InDoubt when that proves nothing yet."""
        self.wait_for_doubt(looked_at)
        self._doubt_until = None

    def wait_for_doubt(self, now: datetime) -> None:
        """Raises InDoubt as long as an earlier try may still show."""
        if self._doubt_until and now < self._doubt_until:
            wait = (self._doubt_until - now).total_seconds() + 1
            raise InDoubt(f"{self.effect} may have been done and does not show yet", retry_after=min(wait, 15))

    def make(self, call: Callable[[], str]) -> str:
        """Make the call, unless an earlier try was answered; answers what that was.

        Whatever becomes of it but an answer or ``Refused`` leaves it in doubt, a death as well.
        """
        if self.made is not None:
            return self.made
        self._doubt_until = self.clock() + SHOWN_WITHIN
        self._claims.begin(self._claim, doubt_until=self._doubt_until)
        try:
            self.made = call()
        except Refused:
            self._claims.refused(self._claim)
            self._doubt_until = None
            raise
        self._claims.made(self._claim, self.made)
        return self.made


def once(
    claims: Claims, clock: Callable[[], datetime], effect: str, act: Callable[[Attempt], T], lease: timedelta = LEASE
) -> T | None:
    """What ``act`` answers, alone with the effect over all workers; None when it is known to be done."""
    claim = claims.claim(effect, now=clock(), lease=lease)
    if claim is None:
        return None
    try:
        return act(Attempt(claim, claims, clock))
    except Exception:
        claims.release(claim)
        raise

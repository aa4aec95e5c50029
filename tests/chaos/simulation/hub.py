"""Simulated time: what happens when, and the workers that wait for it, one at a time, by seed."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import time_machine
from greenlet import getcurrent, greenlet

T = TypeVar("T")

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC).timestamp()


class Killed(BaseException):
    """The process is gone: no ``except Exception`` sees it, and nothing it does after this reaches the outside."""


class Worker(greenlet):
    """One running function. ``clock_off`` is how far its clock is from everybody's, in seconds."""

    def __init__(
        self, run: Callable[[], Any], *, name: str, hub: Hub, dies_at: int = 0, clock_off: float = 0.0
    ) -> None:
        super().__init__(run, hub.greenlet)
        self.name, self.dies_at, self.clock_off = name, dies_at, clock_off
        self.calls, self.gone = 0, False


class Hub:
    """The clock and what is due. All randomness of a run is drawn from ``random``."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = START
        self.greenlet = getcurrent()
        self._due: list[tuple[float, float, int, Callable[[], None]]] = []
        self._count = 0
        self._travel = time_machine.travel(START, tick=False)
        self._clock = self._travel.start()

    def time(self) -> float:
        """Now, in seconds since 1970."""
        return self.now

    def close(self) -> None:
        """Give the real clock back."""
        self._travel.stop()

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Do it then. What is due at the same moment is done in any order."""
        self._count += 1
        heapq.heappush(self._due, (self.now + max(0.0, seconds), self.random.random(), self._count, do))

    def run(self, until: float, *, done: Callable[[], bool] = lambda: False) -> None:
        """Let everything happen that is due before ``until``, or until ``done``."""
        while self._due and self._due[0][0] <= until and not done():
            self.now, _, _, do = heapq.heappop(self._due)
            self._clock.move_to(self.now)
            do()
        if not done():
            self.now = max(self.now, until)
            self._clock.move_to(self.now)

    def resume(self, worker: Worker) -> None:
        """Let a worker go on until it waits again."""
        if worker.gone or worker.dead:
            return
        self._clock.move_to(self.now + worker.clock_off)
        worker.switch()

    def kill(self, worker: Worker) -> None:
        """End a worker where it stands."""
        if not worker.gone and not worker.dead:
            worker.gone = True
            worker.throw(Killed)

    def wait(self, seconds: float) -> None:
        """Of a worker: let others go on for so long."""
        worker = getcurrent()
        if worker.gone:
            raise Killed
        self.after(seconds, lambda: self.resume(worker))
        self.greenlet.switch()

    def pause(self, seconds: float) -> None:
        """Of whoever is at work: wait, if it is a worker."""
        if isinstance(getcurrent(), Worker):
            self.wait(seconds)

    def outside(self, effect: Callable[[], T], *, there: float, back: float, patience: float = 300.0) -> T:
        """Of a worker: a call that is carried out after ``there`` seconds and answered ``back`` seconds later.

        Carried out even when the worker dies or loses patience in between. Raises TimeoutError then. A worker that is
        to die at this call does so before the request is sent, or after: half of the time each.
        """
        worker = getcurrent()
        if not isinstance(worker, Worker):
            return effect()
        if worker.gone:
            raise Killed
        worker.calls += 1
        dies = worker.calls == worker.dies_at
        if dies and self.random.random() < 0.5:
            worker.gone = True
            raise Killed
        answer: list[Callable[[], T]] = []

        def carry_out() -> None:
            answer.append(_outcome(effect))

        self.after(there, carry_out)
        if dies:
            worker.gone = True
            raise Killed
        self.wait(min(there + back, patience) + 1e-6)
        if there + back > patience or not answer:
            raise TimeoutError("timed out")
        return answer[0]()


def _outcome(effect: Callable[[], T]) -> Callable[[], T]:
    try:
        value = effect()
    except Exception as error:
        return _raising(error)
    return lambda: value


def _raising(error: Exception) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer

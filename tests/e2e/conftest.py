"""What the end-to-end tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.demo.watch import Row, Watch, until

LANDS_S = 90


@pytest.fixture
def landed(watch: Watch) -> Callable[..., list[Row]]:
    """Wait until a customer has ``number`` tickets before a team; answer them, oldest first."""

    def wait(email: str, number: int = 1) -> list[Row]:
        return until(lambda: watch.landed(email, number), seconds=LANDS_S, what=f"{number} ticket(s) of {email}")

    return wait

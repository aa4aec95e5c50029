"""Which services a change can break."""

from __future__ import annotations

import pytest

from tests.affected import SERVICES, affected, suites

ALL = set(SERVICES)


@pytest.mark.parametrize(
    ("file", "services"),
    [
        ("services/router/domain.py", {"router"}),
        ("services/intake/serverless.yml", {"intake"}),
        ("contracts/ticket_classified.py", {"classifier", "router"}),
        ("contracts/outcomes_counted.py", {"dispatch", "learning"}),
        ("contracts/ticket.py", ALL),
        ("contracts/envelope.py", ALL),
        ("contracts/examples/TicketClassified.v1/clear.json", {"classifier", "router"}),
        ("contracts/schemas/OutcomesCounted.v1.json", {"dispatch", "learning"}),
        ("contracts/schemas/rules.v1.json", ALL),
        ("shared/bus.py", ALL - {"learning"}),
        ("shared/consume.py", ALL),
        ("uv.lock", ALL),
        ("docs/rules.md", set()),
        ("local/desk/app.py", set()),
    ],
)
def test_a_file_can_break_these(file: str, services: set[str]) -> None:
    assert set(affected([file])) >= services
    assert len(affected([file])) == len(services), affected([file])


def test_what_holds_the_services_together_is_always_run() -> None:
    assert suites(["router"]) == [
        "services/router/tests/unit",
        "services/router/tests/contract",
        "tests/contracts",
        "tests/architecture",
    ]

"""How long things are kept: each line of docs/privacy.md says what the templates and the code do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cli.redrive import SERVICES
from cli.stage_file import Stage
from services.dispatch.adapters.effects import KEPT
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text()
ROWS = {
    cells[0]: cells[2]
    for line in PAGE.splitlines()
    if line.startswith("| ") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 3
    if cells[0] != "where"
}
DAY_S = 86_400


def template(service: str) -> str:
    folder = ROOT / "platform" if service == "platform" else ROOT / "services" / service
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*.yml")) if "node_modules" not in path.parts)


def keep_days(service: str, variable: str) -> Callable[[], int]:
    def days() -> int:
        assert re.search(rf"{variable}: \$\{{self:custom.settings.keepDays(Text)?}}", template(service))
        return int(Stage.model_fields["keep_days"].default)

    return days


def the_same_everywhere(pattern: str, services: tuple[str, ...], unit: int = 1) -> Callable[[], int]:
    def days() -> int:
        found = {int(number) for service in services for number in re.findall(pattern, template(service))}
        (one,) = found
        return one // unit

    return days


def mail_bucket() -> int:
    assert re.search(r"\{Id: forget, Status: Enabled, ExpirationInDays: .*keepDays", template("intake"))
    return int(Stage.model_fields["keep_days"].default)


def rules_bucket() -> int:
    text = template("learning")
    assert {"revisions/", "lessons/", "tickets/", "asked/"} == set(re.findall(r"Prefix: (\w+/), Status: Enabled", text))
    return int(Stage.model_fields["keep_days"].default)


HELD: dict[str, Callable[[], int]] = {
    "table of intake": keep_days("intake", "KEEP_DAYS"),
    "table of classifier": keep_days("classifier", "KEEP_DAYS"),
    "table of dispatch": keep_days("dispatch", "RETENTION_DAYS"),
    "table of dispatch, effects": lambda: KEPT.days,
    "mail bucket": mail_bucket,
    "mail bucket, uploads": the_same_everywhere(r"Prefix: uploads/, ExpirationInDays: (\d+)", ("intake",)),
    "rules bucket": rules_bucket,
    "queues": the_same_everywhere(r"MessageRetentionPeriod: (345600)", SERVICES, DAY_S),
    "dead letters": the_same_everywhere(r"-dead\n\s+MessageRetentionPeriod: (\d+)", SERVICES, DAY_S),
    "logs of the functions": the_same_everywhere(r"logRetentionInDays: (\d+)", SERVICES),
    "event archive": the_same_everywhere(r"RetentionDays: (\d+)", ("platform",)),
}
OTHERS = {"backups of the tables", "the Doc", "Slack", "inboxes"}
"""AWS's own figure, and what other parties keep."""


@pytest.mark.parametrize("where", HELD)
def test_it_is_kept_as_long_as_the_page_says(where: str) -> None:
    (said,) = set(re.findall(r"\d+", ROWS[where]))
    assert int(said) == HELD[where]()


def test_every_line_of_the_page_is_held() -> None:
    assert set(ROWS) == HELD.keys() | OTHERS

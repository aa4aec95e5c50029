"""The variables of ``make up`` and ``make demo``."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.stack.choices import ROOT, choices


def test_nothing_chosen_means_the_stand_ins_in_the_folder_of_the_clone() -> None:
    chosen = choices({})
    assert (chosen.folder, chosen.rules, chosen.model_url, chosen.slack_api_url) == (ROOT / ".local", None, None, None)
    assert chosen.samples


@pytest.mark.parametrize("given", ["http://127.0.0.1:11434", "http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1/"])
def test_a_model_url_is_taken_with_or_without_its_last_slash(given: str) -> None:
    assert choices({"MODEL_URL": given}).model_url == given.rstrip("/")


def test_a_slack_root_always_ends_in_a_slash() -> None:
    chosen = choices({"SLACK_API_URL": "http://127.0.0.1:4010/api", "SLACK_BOT_TOKEN": "xoxb-1"})
    assert (chosen.slack_api_url, chosen.slack_bot_token) == ("http://127.0.0.1:4010/api/", "xoxb-1")


def test_demo_0_sends_nothing() -> None:
    assert not choices({"DEMO": "0"}).samples


@pytest.mark.parametrize(
    ("environment", "named"),
    [({"RULES_DIR": "/nowhere"}, "RULES_DIR"), ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, "SLACK_BOT_TOKEN")],
)
def test_a_choice_that_cannot_be_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SystemExit, match=named):
        choices(environment)


def test_a_rules_folder_is_served_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "topics.csv").write_text("topic,what it covers,team\n")
    assert choices({"RULES_DIR": str(tmp_path)}).rules == tmp_path

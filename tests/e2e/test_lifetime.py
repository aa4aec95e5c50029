"""Two stacks side by side, and no child left behind however a runner ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from local.demo.send import Sender
from local.demo.watch import Watch, until
from local.stack.apart import running_apart
from local.stack.choices import ROOT
from local.stack.endpoints import Endpoints


def descendants(pid: int) -> set[int]:
    """Every process below ``pid``, now."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, todo = set[int](), [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found.update(below)
        todo += below
    return found


def running(pids: set[int]) -> set[int]:
    """Those that still run (a dead one that nobody has buried does not run)."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    states = {int(pid): state for pid, state in (line.split() for line in listed.splitlines())}
    return {pid for pid in pids if not states.get(pid, "Z").startswith("Z")}


def test_a_second_stack_runs_beside_the_first_and_leaves_nothing_behind_when_killed(
    endpoints: Endpoints, tmp_path: Path, customer: Callable[..., str]
) -> None:
    """The second uses the first's Slack and model, as it would use anybody's by URL."""
    others = {
        "SLACK_API_URL": endpoints.slack_api_url,
        "SLACK_BOT_TOKEN": endpoints.slack_bot_token,
        "MODEL_URL": endpoints.model_url,
    }
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    with running_apart(tmp_path / "second", RULES_DIR=str(rules), **others) as second:
        assert second.endpoints.aws_endpoint_url != endpoints.aws_endpoint_url
        for each, other in ((endpoints, second.endpoints), (second.endpoints, endpoints)):
            email = customer()
            Sender(each).form(email=email, message="How do I change my billing address?").raise_for_status()
            (row,) = until(lambda: Watch(each).landed(email), seconds=90, what="the ticket")  # noqa: B023
            assert "billing address" in str(Watch(endpoints).message(row)["blocks"]), "not in the first one's Slack"
            assert row["topic"] == "billing", "not read by the first one's model"
            assert Watch(other).rows(email) == [], "a ticket of one stack is known to the other"
        below = descendants(second.process.pid)
        assert len(below) > 3, "a guard, the local AWS, and workers of several functions"
        second.process.kill()
        second.process.wait()
        until(lambda: not running(below), seconds=20, what="the end of every child")
    assert running({endpoints.pid}), "the first stack was to live on"


def test_a_folder_has_room_for_one_stack(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    with (tmp_path / "lock").open("w") as lock:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RuntimeError, match="already running"), running_apart(tmp_path):
            pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_runner_asked_to_stop_while_it_starts_stops_everything(tmp_path: Path, number: signal.Signals) -> None:
    runner = subprocess.Popen(
        [".venv/bin/python", "-m", "local", "up"], cwd=ROOT, env={**os.environ, "LOCAL_DIR": str(tmp_path), "DEMO": "0"}
    )
    until(lambda: (tmp_path / "logs" / "deploy-platform.log").exists(), seconds=30, what="the first deploy")
    below = descendants(runner.pid)
    runner.send_signal(number)
    assert runner.wait(timeout=60) == 0
    assert not running(below)
    assert not (tmp_path / "endpoints.json").exists()


def test_a_runner_started_by_make_goes_with_it(tmp_path: Path) -> None:
    """``make up`` killed without a chance to say goodbye: the runner notices that its parent is gone."""
    shell = subprocess.Popen(
        ["/bin/bash", "-c", '.venv/bin/python -m local up --with-parent & echo "$!"; wait'],
        cwd=ROOT,
        env={**os.environ, "LOCAL_DIR": str(tmp_path), "DEMO": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert shell.stdout is not None
    runner = int(shell.stdout.readline())
    until(lambda: (tmp_path / "logs" / "deploy-platform.log").exists(), seconds=30, what="the first deploy")
    below = descendants(runner)
    shell.kill()
    shell.wait()
    until(lambda: not running({runner, *below}), seconds=30, what="the end of the runner and its children")
    shell.stdout.close()

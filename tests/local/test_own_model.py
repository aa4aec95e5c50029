"""``make up`` with a model server that cannot be used ends before anything is deployed, and says why."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette

from local.stack.choices import ROOT, choices


def up(folder: Path, url: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "LOCAL_DIR": str(folder), "DEMO": "0", "MODEL_URL": url, **more}
    command = [sys.executable, "-m", "local", "up"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def test_a_server_that_is_not_there_is_said_with_the_cure(tmp_path: Path) -> None:
    ended = up(tmp_path, "http://127.0.0.1:9/v1")
    assert ended.returncode == 1
    assert "MODEL_URL: nobody answers at http://127.0.0.1:9/v1. Start the model server" in ended.stderr
    assert "deploy" not in ended.stdout


def test_a_server_that_answers_nothing_useful_is_said_with_what_each_way_gave(
    tmp_path: Path, serve: Callable[[Starlette], str]
) -> None:
    ended = up(tmp_path, serve(Starlette()), MODEL_ID="qwen")
    assert ended.returncode == 1
    assert "forced tool: it answered 404" in ended.stderr
    assert "json_schema: it answered 404" in ended.stderr


@pytest.mark.parametrize("said", ["0", "-3", "soon", "9999", "nan"])
def test_a_time_that_no_call_can_have_is_named(said: str) -> None:
    with pytest.raises(SystemExit, match="MODEL_TIMEOUT_S"):
        choices({"MODEL_TIMEOUT_S": said})


def test_a_model_of_ones_own_has_more_time_unless_it_is_said() -> None:
    assert choices({}).model_timeout_s < choices({"MODEL_URL": "http://127.0.0.1:1"}).model_timeout_s
    assert choices({"MODEL_URL": "http://127.0.0.1:1", "MODEL_TIMEOUT_S": "90"}).model_timeout_s == 90

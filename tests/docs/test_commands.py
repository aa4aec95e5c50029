"""What the pages tell people to type does what they say: it is run, or at least exists with its flags."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from cli.main import app
from local.stack.endpoints import Endpoints
from tests.docs.blocks import CURE, ROOT, Block, blocks, pages

ALL = blocks()
COMMANDS = [block for block in ALL if block.is_command]
RUN = [block for block in COMMANDS if not block.marker]
TARGETS = set(re.findall(r"^([a-z0-9%-][a-z0-9% -]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
INLINE = re.compile(
    r"`((?:\.venv/bin/|uv run )?ticket-router [^`]+|make [a-z][^`]*|npx serverless [^`]+|python -m [^`]+)`"
)
RUN_S = 280


@pytest.mark.parametrize("block", ALL, ids=str)
def test_a_block_says_what_it_is(block: Block) -> None:
    assert block.language, f"{block}: {CURE}"
    if not block.is_command:
        return
    kind, _, where = block.marker.partition(":")
    assert kind in ("", "aws", "long", "by"), f"{block}: {block.marker!r}? {CURE}"
    if kind == "by":
        assert (ROOT / where.strip()).exists(), f"{block}: {where} is not there; {CURE}"


@pytest.mark.parametrize("block", RUN, ids=str)
def test_a_block_that_needs_nobody_is_run(block: Block, endpoints: Endpoints, tmp_path: Path) -> None:
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "EMULATOR"))},
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        # What is set up stays as it is, whatever the file times of this clone.
        "MAKEFLAGS": " ".join(f"-o {path}" for path in (".venv/.ready", ".aws-python/.ready", "node_modules/.ready")),
        "CHAT_URL": endpoints.chat_url,
        "CHAT_SECRET": endpoints.chat_secret,
        "FORM_URL": endpoints.form_url,
    }
    if lacking := [name for name in ("curl", "openssl") if name in block.body and not shutil.which(name)]:
        pytest.skip(f"this machine has no {' and no '.join(lacking)}")
    if "make demo" in block.body:  # a system of its own, whatever runs already
        env["LOCAL_DIR"] = str(tmp_path)
    script = f"set -euo pipefail\n{block.body}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, timeout=RUN_S)
    assert done.returncode == 0, f"{block} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def said() -> list[Any]:
    """Every command of a block that is not run, and every one that stands in a sentence."""
    found = {(str(block), command) for block in COMMANDS if block.marker for command in block.commands}
    for page in pages():
        for number, line in enumerate(page.read_text().splitlines(), 1):
            found |= {(f"{page.relative_to(ROOT)}:{number}", command) for command in INLINE.findall(line)}
    return [pytest.param(command, id=f"{where} {command[:50]}") for where, command in sorted(found)]


@pytest.mark.parametrize("command", said())
def test_a_command_that_is_named_exists_and_knows_its_flags(command: str) -> None:
    assert wrong(command) == ""


def wrong(command: str) -> str:
    """What is wrong with a command, with the cure; empty when nothing is, or when it is not one of ours."""
    words = [word for word in _split(command) if "=" not in word.partition(" ")[0] or word.startswith("-")]
    if words[:2] == ["uv", "run"]:
        words = words[2:]
    match words:
        case ["make", *targets]:
            unknown = [target for target in targets if re.match(r"[a-z]", target) and not _is_target(target)]
            return f"the Makefile has no {unknown}: make help lists what it has" if unknown else ""
        case [program, *rest] if Path(program).name == "ticket-router":
            return _not_ours(rest)
        case ["npx", "serverless", *rest]:
            services = yaml.safe_load((ROOT / "serverless-compose.yml").read_text())["services"]
            service = rest[0].partition(":")[0] if rest and ":" in rest[0] else ""
            return f"serverless-compose.yml has no {service}" if service and service not in services else ""
        case ["python" | "python3" | ".venv/bin/python", "-m", module, *_]:
            return "" if importlib.util.find_spec(module) else f"there is no module {module}"
        case ["python" | "python3" | ".venv/bin/python", script, *_] if script.endswith(".py"):
            return "" if (ROOT / script).exists() or script.startswith("..") else f"there is no {script}"
    return ""


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command.partition(" | ")[0].partition(" > ")[0])
    except ValueError:
        return command.split()


def _is_target(name: str) -> bool:
    patterns = [target.strip() for group in TARGETS for target in group.split()]
    return any(re.fullmatch(pattern.replace("%", r"[\w-]+"), name) for pattern in patterns)


def _not_ours(words: list[str]) -> str:
    here: Any = typer.main.get_command(app)
    asked = [word for word in words if word not in ("…", "...", "|")]
    while hasattr(here, "commands") and asked and not asked[0].startswith("-"):
        if asked[0] not in here.commands:
            return f"ticket-router has no {asked[0]!r}; it has {', '.join(sorted(here.commands))}"
        here = here.commands[asked.pop(0)]
    known = {option for parameter in here.params for option in (*parameter.opts, *parameter.secondary_opts)} | {
        "--help"
    }
    unknown = [word for word in asked if re.match(r"--[a-z]", word) and word.partition("=")[0].strip("[]") not in known]
    return f"{here.name} knows no {', '.join(unknown)}; it knows {', '.join(sorted(known))}" if unknown else ""


def test_running_them_leaves_the_clone_as_it_is() -> None:
    """Nothing that a page tells people to do by the way may appear in their next commit."""
    listing = ["git", "status", "--porcelain", "--untracked-files=all"]
    now = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True).stdout
    written = [line for line in now.splitlines() if line.startswith("??") and "tests/" not in line]
    if os.environ.get("CI"):
        assert now == "", f"the tests changed the clone:\n{now}"
    assert not [line for line in written if ".local" in line or ".build" in line], written


def test_the_checks_would_notice() -> None:
    assert "has no" in wrong("make nonsense")
    assert "has no" in wrong("ticket-router nonsense --stage prod")
    assert "knows no --nonsense" in wrong("ticket-router tickets --nonsense 3")
    assert "no module" in wrong("python -m tests.nonsense")
    assert wrong("ticket-router tickets --limit 3") == "" == wrong(f"{sys.executable} --version")

"""No child outlives us: the guard in front of everything the runner starts, with real processes and real kills."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import guard
from local.stack.child import GUARD

# A program as MiniStack is one: it has a child of its own, and both write down who they are.
PROGRAM = """
import os, subprocess, sys, time
{deaf}
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(60)
"""
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
HOLDER = """
import subprocess, sys
guard = subprocess.Popen([sys.executable, "-I", *sys.argv[1:]], stdin=subprocess.PIPE, start_new_session=True)
guard.wait()
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        if sys.platform != "linux":
            return True
        # A zombie is dead, only not buried. It may be buried between opening its status and reading it.
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def gone(*pids: int) -> bool:
    until = time.monotonic() + guard.GRACE_S + 10
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(alive, pids))


@pytest.fixture(params=["", DEAF], ids=["polite program", "program deaf to SIGTERM"])
def held(request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A runner holding a guard holding a program holding a child: the runner, and the pids of the last two."""
    command = [sys.executable, "-c", HOLDER, str(GUARD), sys.executable, "-c", PROGRAM.format(deaf=request.param)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    pids = [int(pid) for pid in holder.stdout.readline().split()]
    yield holder, pids
    for pid in (*pids, holder.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    holder.stdout.close()
    holder.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_runner_is_killed(
    held: tuple[subprocess.Popen[str], list[int]], number: signal.Signals
) -> None:
    holder, pids = held
    assert all(map(alive, pids))
    holder.send_signal(number)
    assert gone(*pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_the_program_goes_when_the_guard_itself_is_killed(held: tuple[subprocess.Popen[str], list[int]]) -> None:
    _, pids = held
    parent = int(Path(f"/proc/{pids[0]}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(parent, signal.SIGKILL)
    assert gone(pids[0])


def test_the_guard_answers_with_the_programs_own_exit_code() -> None:
    command = [sys.executable, "-I", str(GUARD), sys.executable, "-c", "raise SystemExit(7)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as guarded:
        assert guarded.wait() == 7

"""Runs one program so that neither it nor its children outlive us: ``python guard.py PROGRAM ARGUMENT…``.

The runner holds the other end of this process's standard input. When that closes, because the runner says so or
because it is gone (``kill -9`` included), the program's whole process group is ended. Stands alone, imports nothing of
ours: it runs as a bare script.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

GRACE_S = 2.0
"""Seconds between asking the group to end and ending it."""
_PR_SET_PDEATHSIG = 1
"""prctl(2), Linux: the signal a child gets when its parent dies. Covers the death of this very process."""
_PR_SET_CHILD_SUBREAPER = 36
"""prctl(2), Linux: orphans below us become our children, so we can bury them; not every init does."""


def prctl(option: int, value: int) -> None:
    """Ask the kernel, where it can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)


def end(group: int) -> None:
    """End a process group, asked first, then made to, and bury those of it that are ours."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        until = time.monotonic() + GRACE_S
        while time.monotonic() < until:
            bury()
            os.killpg(group, 0)
            time.sleep(0.02)
        os.killpg(group, signal.SIGKILL)
        time.sleep(0.1)
    bury()


def bury() -> None:
    """Collect every child that has ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def main(program: list[str]) -> int:
    """Run the program until it ends or standard input closes; answer its exit code."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)
    # A session of its own keeps the terminal's Ctrl-C from reaching it: the runner alone decides.
    child = subprocess.Popen(
        program,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL),
    )

    def stop() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
            time.sleep(GRACE_S)
            os.killpg(child.pid, signal.SIGKILL)

    def watch() -> None:
        while os.read(0, 1024):
            pass
        stop()

    threading.Thread(target=watch, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop, daemon=True).start())
    code = child.wait()
    end(child.pid)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

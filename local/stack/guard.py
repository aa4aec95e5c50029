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

GRACE_S = 4.0
"""Seconds between asking the group to end and ending it."""
_PR_SET_PDEATHSIG = 1
"""prctl(2), Linux: the signal a child gets when its parent dies. Covers the death of this very process."""


def die_with_parent() -> None:
    """Ask the kernel, where it can, to end this process with its parent."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def end(group: int) -> None:
    """End a process group: asked first, then made to."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        until = time.monotonic() + GRACE_S
        while time.monotonic() < until:
            time.sleep(0.05)
            os.killpg(group, 0)
        os.killpg(group, signal.SIGKILL)


def main(program: list[str]) -> int:
    """Run the program until it ends or standard input closes; answer its exit code."""
    # Our own start_new_session keeps the terminal's Ctrl-C from reaching it: the runner alone decides.
    child = subprocess.Popen(program, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent)

    def watch() -> None:
        while os.read(0, 1024):
            pass
        end(child.pid)

    threading.Thread(target=watch, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: end(child.pid))
    code = child.wait()
    end(child.pid)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

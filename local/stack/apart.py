"""A stack in a process of its own, as ``make up`` is: for suites and scripts that need one running."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.stack.choices import ROOT
from local.stack.endpoints import Endpoints

STOP_S = 60.0
START_S = 300.0
"""A first run installs the services' dependencies."""


@dataclass(frozen=True)
class Apart:
    """A stack that is ready, and its runner."""

    process: subprocess.Popen[bytes]
    endpoints: Endpoints
    folder: Path


@contextlib.contextmanager
def running_apart(folder: Path, *, root: Path = ROOT, **variables: str) -> Iterator[Apart]:
    """Run ``python -m local up`` with LOCAL_DIR ``folder`` and no samples; stop it on leaving.

    Raises RuntimeError with what the runner said when it does not come up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    env: Mapping[str, str] = {**os.environ, "DEMO": "0", "LOCAL_DIR": str(folder), **variables}
    said = folder / "up.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "up", "--with-parent"], cwd=root, env=env, stdout=output, stderr=output
        )
    try:
        yield Apart(process, _when_ready(process, folder, said), folder)
    finally:
        process.terminate()
        process.wait(timeout=STOP_S)


def _when_ready(process: subprocess.Popen[bytes], folder: Path, said: Path) -> Endpoints:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError):
            endpoints = Endpoints.read(folder / "endpoints.json")
            if endpoints.pid == process.pid:
                return endpoints
        time.sleep(0.1)
    raise RuntimeError(f"The local stack did not come up:\n{said.read_text(errors='replace')}")

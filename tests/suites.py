"""Runs the suites in the order in which they are cheap, and says at the end how many tests each one ran.

``python -m tests.suites [SUITE …]``; without a name, all of them. A suite that finds no test has failed. The suites
that need a deployed system share one, started before the first of them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from local.stack.apart import running_apart

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".build" / "test-results"
NO_SOCKETS = ("--disable-socket", "--allow-unix-socket")
NAMED_ELSEWHERE = ("contracts", "architecture", "localstack", "docs", "e2e", "chaos", "browser")


@dataclass(frozen=True)
class Suite:
    """Where the tests of a suite lie and how they are run."""

    name: str
    places: tuple[str, ...]
    """Globs below the root."""
    options: tuple[str, ...] = ()
    deployed: bool = False
    """Needs a running stack."""
    environment: dict[str, str] = field(default_factory=dict)
    may_skip: bool = False
    """Wants what not every machine can have; it says what, and its tests count as skipped."""

    def folders(self) -> list[str]:
        """The folders that exist, each once."""
        found = {path for place in self.places for path in ROOT.glob(place) if path.is_dir()}
        if self.name == "integration":
            others = {path for path in (ROOT / "tests").iterdir() if path.is_dir()}
            found |= {path for path in others if path.name not in (*NAMED_ELSEWHERE, "__pycache__")}
        return sorted(str(path.relative_to(ROOT)) for path in found)


SUITES = (
    Suite("unit", ("services/*/tests/unit", "shared/tests", "cli/tests"), NO_SOCKETS),
    Suite("contract", ("services/*/tests/contract", "tests/contracts", "tests/architecture"), NO_SOCKETS),
    # The parts of this machine's AWS, and whatever else lies in tests/ under a name of its own.
    Suite("integration", ("services/*/tests/integration",)),
    # The same tests on two emulators (docs/emulators.md).
    Suite(
        "localstack", ("tests/localstack",), ("--timeout=300",), environment={"EMULATOR": "localstack"}, may_skip=True
    ),
    Suite("ministack", ("tests/localstack",), ("--timeout=300",), environment={"EMULATOR": "ministack"}),
    Suite("docs", ("tests/docs",), ("--timeout=400",), deployed=True),
    Suite("e2e", ("tests/e2e",), ("--timeout=300",), deployed=True),
    Suite("chaos", ("tests/chaos",), ("--timeout=300",), deployed=True),
    Suite("browser", ("tests/browser",), ("--timeout=300",), deployed=True),
)


@dataclass(frozen=True)
class Outcome:
    """What a suite came to."""

    name: str
    ran: int
    failed: int
    skipped: int
    seconds: float
    may_skip: bool = False

    @property
    def passed(self) -> bool:
        """Something ran and nothing failed."""
        return (self.ran > self.skipped or (self.may_skip and self.ran > 0)) and not self.failed


@contextlib.contextmanager
def stack_for(suites: list[Suite]) -> Iterator[None]:
    """One deployed system over a copy of the rules, named by LOCAL_DIR, when a suite needs it and none is given."""
    if os.environ.get("LOCAL_DIR") or not any(suite.deployed for suite in suites):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="ticket-router-") as folder:
        rules = Path(folder) / "rules"
        shutil.copytree(ROOT / "rules", rules)
        print("\n== deploying for the suites that need it", flush=True)
        began = time.monotonic()
        with running_apart(Path(folder) / "stack", RULES_DIR=str(rules)) as stack:
            print(f"ready after {time.monotonic() - began:.0f} s", flush=True)
            os.environ["LOCAL_DIR"] = str(stack.folder)
            yield
            del os.environ["LOCAL_DIR"]


def run(suite: Suite) -> Outcome:
    """Run one suite in a pytest of its own."""
    results = RESULTS / f"{suite.name}.xml"
    results.unlink(missing_ok=True)
    began = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *suite.options, f"--junitxml={results}", *suite.folders()],
        cwd=ROOT,
        env=os.environ | suite.environment,
    ).returncode
    seconds = time.monotonic() - began
    if not results.exists():
        return Outcome(suite.name, 0, 1, 0, seconds)
    totals = ElementTree.parse(results).getroot().find("testsuite")
    assert totals is not None
    count = {key: int(totals.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    failed = failed or int(code not in (0, 5))
    return Outcome(suite.name, count["tests"], failed, count["skipped"], seconds, suite.may_skip)


def announced(suite: Suite) -> Outcome:
    """Run a suite, said beforehand."""
    print(f"\n== {suite.name}", flush=True)
    return run(suite)


def check() -> bool:
    """``make check``: everything that needs no test to run."""
    return subprocess.run(["make", "--no-print-directory", "check"], cwd=ROOT).returncode == 0


def main(names: list[str]) -> int:
    """Run, then print the table."""
    chosen = [suite for suite in SUITES if (not names or suite.name in names) and suite.folders()]
    RESULTS.mkdir(parents=True, exist_ok=True)
    checked = True
    if not names:
        print("== check", flush=True)
        checked = check()
    outcomes = [announced(suite) for suite in chosen if not suite.deployed]
    with stack_for(chosen):
        outcomes += [announced(suite) for suite in chosen if suite.deployed]
    print(f"\n{'suite':<14}{'tests':>7}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    if not names:
        print(f"{'check':<14}{'':>7}{'' if checked else 'yes':>8}")
    for outcome in outcomes:
        print(f"{outcome.name:<14}{outcome.ran:>7}{outcome.failed:>8}{outcome.skipped:>9}{outcome.seconds:>9.1f}")
    total = [sum(numbers) for numbers in zip(*((o.ran, o.failed, o.skipped) for o in outcomes), strict=True)]
    print(f"{'all':<14}{total[0]:>7}{total[1]:>8}{total[2]:>9}{sum(o.seconds for o in outcomes):>9.1f}")
    return 0 if checked and outcomes and all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

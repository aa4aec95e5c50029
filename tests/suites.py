"""Runs the suites in the order in which they are cheap, and says at the end how many tests each one ran.

``python tests/suites.py [SUITE …]``; without a name, all of them. A suite that finds no test has failed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".build" / "test-results"
NO_SOCKETS = ("--disable-socket", "--allow-unix-socket")
NAMED_ELSEWHERE = ("contracts", "architecture", "e2e", "chaos", "browser")


@dataclass(frozen=True)
class Suite:
    """Where the tests of a suite lie and how they are run."""

    name: str
    places: tuple[str, ...]
    """Globs below the root."""
    options: tuple[str, ...] = ()

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
    Suite("e2e", ("tests/e2e",)),
    Suite("chaos", ("tests/chaos",)),
    Suite("browser", ("tests/browser",)),
)


@dataclass(frozen=True)
class Outcome:
    """What a suite came to."""

    name: str
    ran: int
    failed: int
    skipped: int
    seconds: float

    @property
    def passed(self) -> bool:
        """Something ran and nothing failed."""
        return self.ran > self.skipped and not self.failed


def run(suite: Suite) -> Outcome:
    """Run one suite in a pytest of its own."""
    results = RESULTS / f"{suite.name}.xml"
    results.unlink(missing_ok=True)
    began = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *suite.options, f"--junitxml={results}", *suite.folders()], cwd=ROOT
    ).returncode
    seconds = time.monotonic() - began
    if not results.exists():
        return Outcome(suite.name, 0, 1, 0, seconds)
    totals = ElementTree.parse(results).getroot().find("testsuite")
    assert totals is not None
    count = {key: int(totals.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    return Outcome(suite.name, count["tests"], failed or int(code not in (0, 5)), count["skipped"], seconds)


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
    outcomes = []
    for suite in chosen:
        print(f"\n== {suite.name}", flush=True)
        outcomes.append(run(suite))
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

"""Tries whether the adapter suite notices a fault, on each emulator: ``make emulator-faults``, a few minutes.

Each fault is one line changed in a copy of this folder. Ends with 0 when every run failed, as it must.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.localstack.templates import COMPILED
from tests.without_put_events import ROOT, copy_to

EMULATORS = ("localstack", "ministack")


@dataclass(frozen=True)
class Fault:
    """A line that is wrong, and the tests that should say so."""

    what: str
    file: str
    right: str
    wrong: str
    tests: str


FAULTS = (
    Fault(
        "intake writes a ticket without asking whether it is there",
        "services/intake/adapters/aws.py",
        '{"Item": row, "ConditionExpression": "attribute_not_exists(pk)"}',
        '{"Item": row}',
        "test_tables.py",
    ),
    Fault(
        "classifier keeps every reading, the last one wins",
        "services/classifier/adapters.py",
        'Item=item, ConditionExpression="attribute_not_exists(pk)"',
        "Item=item",
        "test_tables.py",
    ),
    Fault(
        "learning claims an effect that is claimed",
        "services/learning/adapters/bucket.py",
        'Key=effect, Body=b"", IfNoneMatch="*"',
        'Key=effect, Body=b""',
        "test_buckets.py",
    ),
    Fault(
        "router's rule waits for a version that nobody emits",
        "services/router/serverless.yml",
        "detail: {metadata: {version: [1]}}",
        "detail: {metadata: {version: [7]}}",
        "test_bus.py",
    ),
    Fault(
        "intake's bucket announces another folder than the one mail is kept in",
        "services/intake/serverless.yml",
        "{Name: prefix, Value: inbound/}",
        "{Name: prefix, Value: elsewhere/}",
        "test_buckets.py",
    ),
)


def noticed(fault: Fault, emulator: str) -> bool:
    """Plant it in a copy, run the tests; whether one failed and the emulator did answer."""
    with tempfile.TemporaryDirectory(prefix="emulator-fault-") as name:
        folder = Path(name)
        copy_to(folder, deployable=False)
        (folder / ".localstack-python").symlink_to(ROOT / ".localstack-python")
        if COMPILED.exists():
            shutil.copytree(COMPILED, folder / COMPILED.relative_to(ROOT))
        broken = folder / fault.file
        text = broken.read_text()
        if fault.right not in text:
            sys.exit(f"{fault.file} has no more {fault.right!r}: say in tests/emulator_faults.py what it is now")
        broken.write_text(text.replace(fault.right, fault.wrong))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", f"tests/localstack/{fault.tests}"],
            cwd=folder,
            env=os.environ | {"EMULATOR": emulator},
            capture_output=True,
            text=True,
        )
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    print(f"{'noticed' if failed else 'NOT NOTICED':<12}{emulator:<12}{fault.what}", flush=True)
    for line in failed[:3]:
        print(f"{'':<24}{line.partition(' - ')[0].removeprefix('FAILED tests/localstack/')}")
    return bool(failed)


def main() -> int:
    """Every fault on every emulator."""
    seen = [noticed(fault, emulator) for fault in FAULTS for emulator in EMULATORS]
    return 0 if all(seen) else 1


if __name__ == "__main__":
    sys.exit(main())

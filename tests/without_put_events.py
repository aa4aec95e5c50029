"""Tries whether the end-to-end suite notices a missing permission: takes ``events:PutEvents`` from the router's role.

``make e2e-without-put-events``, a few minutes. Works in a copy of this folder. Ends with 0 when the suite failed, as it
must, and with 1 when it passed all the same.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path("services/router/serverless.yml")
STATEMENT = re.compile(r"      - Effect: Allow\n        Action: events:PutEvents\n(?:        .*\n)*")


def copy_to(folder: Path, *, deployable: bool = True) -> None:
    """Everything git knows or would know, and links to what is installed; with packed dependencies if deployable."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for installed in (".venv", ".aws-python"):
        (folder / installed).symlink_to(ROOT / installed)
    modules = folder / "node_modules"
    modules.mkdir()
    for module in (ROOT / "node_modules").iterdir():
        (modules / module.name).symlink_to(module)
    # The one that finds the folder it works on by where it lies.
    (modules / "ticket-router-packaging").unlink()
    (modules / "ticket-router-packaging").symlink_to(folder / "packaging")
    if deployable:
        shutil.copytree(ROOT / ".build" / "dependencies", folder / ".build" / "dependencies", symlinks=True)


def main() -> int:
    """Copy, remove the statement, run the suite, say what came of it."""
    with tempfile.TemporaryDirectory(prefix="without-put-events-") as name:
        folder = Path(name)
        copy_to(folder)
        text, removed = STATEMENT.subn("", (folder / TEMPLATE).read_text())
        if removed != 1:
            sys.exit(f"{TEMPLATE} should have one statement with events:PutEvents; found {removed}")
        (folder / TEMPLATE).write_text(text)
        suite = [sys.executable, "-m", "pytest", "-x", "--timeout=300", "tests/e2e/test_main_job.py"]
        failed = subprocess.run(suite, cwd=folder).returncode == 1
    print("\nThe suite failed, as it must." if failed else "\nThe suite passed: it would not notice.")
    return 0 if failed else 1


if __name__ == "__main__":
    sys.exit(main())

"""Which Chromium the tests use, and how one is brought to a machine that has none: no root, no system package.

``python -m tests.browser.chromium`` brings it (``make browser`` and ``make test`` do). In this order: what
``CHROMIUM`` names, one on the PATH, the npm package @sparticuz/chromium (a headless build for 64-bit Linux that
carries its libraries and a font), Playwright's own download.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".browser"
"""Everything that was brought; git ignores it."""
UNPACKED = FOLDER / "unpacked"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CURE = (
    "The browser tests need a Chromium and none could be brought. Install one (Debian: apt-get install chromium),"
    " or name one: make browser CHROMIUM=/path/to/chromium"
)
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{carried}</dir>
  <dir>/usr/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser that can be started."""

    program: str
    environment: dict[str, str] = field(default_factory=dict)
    """What it needs beside our own environment: where its libraries and fonts are."""

    def works(self) -> bool:
        """Whether it starts at all: a library may be missing, or the processor another one."""
        try:
            asked = subprocess.run(
                [self.program, "--version"], env=os.environ | self.environment, capture_output=True, timeout=60
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return asked.returncode == 0


def launch(playwright: Playwright, chromium: Chromium) -> Browser:
    """Start it. No sandbox: it shows nothing but our own pages, and containers allow none."""
    return playwright.chromium.launch(
        executable_path=chromium.program, args=["--no-sandbox"], env={**os.environ, **chromium.environment}
    )


def find() -> Chromium | None:
    """The one to use, or None. What ``CHROMIUM`` names is taken at its word, so that a slip is seen."""
    if named := os.environ.get("CHROMIUM"):
        return Chromium(named)
    return next((one for look in (_on_the_path, _carried, _playwrights) if (one := look()) and one.works()), None)


def bring() -> Chromium | None:
    """Find one, or bring one and find that."""
    for way in (_from_npm, _from_playwright):
        if found := find():
            return found
        way()
    return find()


def _on_the_path() -> Chromium | None:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    return Chromium(program) if program else None


def _carried() -> Chromium | None:
    program = UNPACKED / "chromium"
    if not program.exists():
        return None
    libraries = [str(UNPACKED / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return Chromium(
        str(program),
        {"LD_LIBRARY_PATH": ":".join(filter(None, libraries)), "FONTCONFIG_FILE": str(FOLDER / "fonts.conf")},
    )


def _playwrights() -> Chromium | None:
    """Playwright says where its own would be, whether it is there or not."""
    with sync_playwright() as playwright:
        program = playwright.chromium.executable_path
    return Chromium(program) if Path(program).exists() else None


def _from_npm() -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return
    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "unpack.js"):
        shutil.copy2(Path(__file__).with_name(name), FOLDER / name)
    (FOLDER / "fonts.conf").write_text(FONTS.format(carried=UNPACKED / "fonts", cache=FOLDER / "font-cache"))
    # Says that it wants a newer Node than ours; it only unpacks, which Node 20 does.
    npm = ["npm", "ci", "--engine-strict=false", "--no-fund", "--no-audit"]
    if subprocess.run(npm, cwd=FOLDER).returncode:
        return
    lambda_like = {"TMPDIR": str(UNPACKED), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x"}
    subprocess.run(["node", "unpack.js"], cwd=FOLDER, env=os.environ | lambda_like)
    shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)  # 75 MB that have been unpacked


def _from_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])


def main(look: Callable[[], Chromium | None] = bring) -> int:
    """Bring it; say which it is."""
    FOLDER.mkdir(exist_ok=True)
    found = look()
    if found is None or not found.works():
        print(CURE, file=sys.stderr)
        return 1
    print(found.program)
    return 0


if __name__ == "__main__":
    sys.exit(main())

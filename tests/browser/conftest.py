"""A browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "The browser tests need Chromium: `apt-get install chromium`, or `.venv/bin/playwright install chromium`"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium (``CHROMIUM`` names another), else Playwright's own."""
    with sync_playwright() as playwright:
        named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        program = named or playwright.chromium.executable_path
        if not Path(program).exists():
            pytest.fail(INSTALL)
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own; a script that fails on it fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 950}, timezone_id="Europe/Lisbon")
    opened, errors = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []

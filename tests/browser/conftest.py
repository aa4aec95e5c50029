"""A browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium (``CHROMIUM`` names another), else the one that ``make browser`` brought."""
    found = chromium.find()
    if found is None:
        pytest.fail(chromium.CURE)
    with sync_playwright() as playwright:
        running = chromium.launch(playwright, found)
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

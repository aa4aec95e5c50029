"""The contact page takes files: laid into the bucket by the browser, on the ticket when it lands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from local.demo.watch import Watch, until
from local.stack.endpoints import Endpoints

PICTURE = {"name": "err.png", "mimeType": "image/png", "buffer": b"\x89PNG not really"}
NOTES = {"name": "notes.txt", "mimeType": "text/plain", "buffer": "größer".encode()}


def filled(page: Page, endpoints: Endpoints, email: str, *files: Any) -> None:
    page.goto(endpoints.contact_url)
    page.fill("#email", email)
    page.fill("#message", "See the picture: the export is broken since Monday")
    page.set_input_files("#files", files=list(files))


def test_files_travel_with_the_form(
    page: Page, endpoints: Endpoints, watch: Watch, customer: Callable[..., str]
) -> None:
    email = customer()
    filled(page, endpoints, email, PICTURE, NOTES)
    assert page.inner_text("#files-said") == "err.png (1 kB), notes.txt (1 kB)"
    page.click("button")
    page.wait_for_selector("text=We have your message")
    assert "With it came err.png, notes.txt." in page.inner_text("main")
    (row,) = until(lambda: watch.landed(email, 1), seconds=90, what="the ticket")
    received = watch.events(row["ticket_id"])[0]["detail"]["data"]["ticket"]
    assert [(one["name"], one["size"], one["remark"]) for one in received["attachments"]] == [
        ("err.png", len(PICTURE["buffer"]), "not scanned for viruses"),
        ("notes.txt", len(NOTES["buffer"]), "not scanned for viruses"),
    ]
    ref = received["attachments"][1]["ref"]
    stored = watch.client("s3").get_object(Bucket=ref["bucket"], Key=ref["key"])["Body"].read()
    assert stored == NOTES["buffer"]


def test_too_many_files_are_said_beside_the_field_before_anything_is_sent(page: Page, endpoints: Endpoints) -> None:
    filled(page, endpoints, "ann@acme.example", *[PICTURE] * 6)
    page.click("button")
    assert page.inner_text("#files-said") == "Please choose up to 5 files."
    assert page.get_attribute("#files", "aria-invalid") == "true"
    assert page.locator("h1").inner_text() == "Contact support"


def test_a_form_that_is_refused_says_why_and_uploads_nothing(page: Page, endpoints: Endpoints) -> None:
    filled(page, endpoints, "ann", PICTURE)
    page.click("button")
    page.wait_for_selector("#email-error")


def test_without_script_there_are_no_files_and_the_page_says_so(browser: Browser, endpoints: Endpoints) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(endpoints.contact_url)
    assert not page.is_visible("#files")
    assert "write a mail instead" in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")])
def test_the_page_is_clean_with_files_chosen(
    browser: Browser, endpoints: Endpoints, width: int, scheme: Any, tmp_path: Path
) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    filled(page, endpoints, "ann@acme.example", PICTURE)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=tmp_path / "contact.png", full_page=True)
    page.context.close()

"""The link in a hand-off mail, in a real browser: nothing changes but by a person's own POST."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from local.demo.send import Sender
from local.demo.watch import Row, Watch, until

LANDS_S = 90


@pytest.fixture
def ticket(send: Sender, watch: Watch, customer: Callable[..., str]) -> tuple[Row, str]:
    """A ticket that privacy has in its inbox, and the link in its mail."""
    email = customer()
    send.form(
        email=email,
        subject="Delete my data",
        message="Please delete all data you hold about me under the GDPR. " + "And tell me when. " * 60,
    )
    (row,) = until(lambda: watch.landed(email), seconds=LANDS_S, what="the hand-off")

    def link() -> str | None:
        mails = [mail for mail in watch.inbox(row["destination"]["address"]) if row["ticket_id"] in mail["text"]]
        found = re.search(r"https?://\S+/actions/\S+", mails[0]["text"]) if mails else None
        return found.group(0) if found else None

    return row, until(link, seconds=LANDS_S, what="the mail's link")


def state(watch: Watch, row: Row) -> dict[str, Any]:
    found = watch.log.row(row["ticket_id"])
    assert found is not None
    return found


def test_a_person_reassigns_from_the_mail(page: Page, watch: Watch, ticket: tuple[Row, str]) -> None:
    row, link = ticket
    page.goto(link)
    expect(page.get_by_role("heading", name="Delete my data")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.get_by_label("What should happen?").select_option(label="billing → finance")
    page.get_by_label("Your name").fill("Dana")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("status")).to_contain_text("You have moved it to finance, about billing")
    moved = until(lambda: at(watch, row, "finance"), seconds=LANDS_S, what="the ticket in finance")
    assert moved["corrections"][0]["corrected_by"]["name"] == "Dana"
    assert "Dana" in str(watch.message(moved)["blocks"])
    page.goto(link)
    expect(page.get_by_role("status")).to_contain_text("Dana has moved it to finance")
    expect(page.get_by_role("button")).to_have_count(0)


def at(watch: Watch, row: Row, address: str) -> Row | None:
    found = state(watch, row)
    return found if found["destination"]["address"] == address else None


def test_a_scanner_that_runs_scripts_and_presses_buttons_changes_nothing(
    page: Page, watch: Watch, ticket: tuple[Row, str]
) -> None:
    row, link = ticket
    before = state(watch, row)
    for _ in range(3):
        page.goto(link)
    page.get_by_role("button", name="Do it").click()
    page.evaluate("document.querySelector('form').submit()")
    page.wait_for_load_state()
    expect(page.get_by_role("status")).to_contain_text("Please")
    assert state(watch, row) == before


def test_replayed_tampered_and_unsigned_posts_change_nothing(watch: Watch, ticket: tuple[Row, str]) -> None:
    row, link = ticket
    form = {"do": "reassign:finance|billing", "name": "Dana"}
    before = state(watch, row)
    tampered = link[:-3] + ("abc" if not link.endswith("abc") else "xyz")
    assert httpx.post(tampered, data=form, trust_env=False).status_code == 403
    assert httpx.get(tampered, trust_env=False).status_code == 403
    assert httpx.post(link, data={**form, "name": ""}, trust_env=False).status_code == 400
    assert state(watch, row) == before
    assert httpx.post(link, data=form, trust_env=False).status_code == 200
    until(lambda: at(watch, row, "finance"), seconds=LANDS_S, what="the ticket in finance")
    replayed = httpx.post(link, data={**form, "do": "reassign:support|login"}, trust_env=False)
    assert (replayed.status_code, "Dana has moved it to finance" in replayed.text) == (409, True)
    assert len(state(watch, row)["corrections"]) == 1

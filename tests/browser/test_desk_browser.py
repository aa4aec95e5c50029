"""The Desk and the contact page in a real browser, over the deployed system."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from local.stack.endpoints import Endpoints

LANDS_MS = 30_000
"""A cold start of every service on the way included."""
HOSTILE = '<img src=x onerror="document.title=1"> <script>document.title=2</script> *bold* <!channel> {{7*7}}'


def send(page: Page, *, way: str, name: str, email: str, subject: str, message: str) -> None:
    page.locator("fieldset").get_by_text(way, exact=True).click()
    page.get_by_label("Customer’s address").fill(email)
    page.get_by_label("Name", exact=True).fill(name)
    if way != "Chat":
        page.get_by_label("Subject").fill(subject)
    page.get_by_label("Message", exact=True).fill(message)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("On its way: T-")).to_be_visible(timeout=LANDS_MS)


@pytest.fixture
def name() -> str:
    """A customer nobody has heard of: the stack may have seen these tests before."""
    return f"Ines {uuid.uuid4().hex[:8]}"


def address(name: str) -> str:
    return f"{name.replace(' ', '.').lower()}@padaria-sol.example"


def landed(page: Page, name: str) -> Any:
    """The ticket of that customer in the list, once it has a place."""
    ticket = page.locator(".ticket", has_text=name).first
    expect(ticket.locator("button.to")).to_be_visible(timeout=LANDS_MS)
    return ticket


def test_a_mail_lands_with_its_team_is_taken_and_moved(page: Page, endpoints: Endpoints, name: str) -> None:
    page.goto(endpoints.desk_url)
    send(
        page, way="Mail", name=name, email=address(name), subject="VAT number on invoice",
        message="Can you send the March invoice again with our VAT number on it? The invoice has the wrong address.",
    )  # fmt: skip
    landed(page, name).locator("button.to").click()

    message = page.locator(".slack-messages article:not(.pinned)", has_text=name)
    expect(message).to_contain_text("with our VAT number on it", timeout=LANDS_MS)
    message.get_by_role("button", name="Take").click()
    expect(message).to_contain_text("Taken by", timeout=LANDS_MS)
    expect(page.locator(".ticket", has_text=name)).to_contain_text("taken", timeout=LANDS_MS)

    message.get_by_label("Reassign").select_option(label="product")
    expect(message).to_contain_text("Moved to", timeout=LANDS_MS)
    page.get_by_role("button", name=re.compile("^#product")).click()
    expect(page.locator(".slack-messages")).to_contain_text(name, timeout=LANDS_MS)


@pytest.mark.parametrize("way", ["Web form", "Chat"])
def test_the_other_ways_in(page: Page, endpoints: Endpoints, way: str, name: str) -> None:
    page.goto(endpoints.desk_url)
    send(
        page,
        way=way,
        name=name,
        email=f"{way[0].lower()}@somewhere.example",
        subject="Hours",
        message="How do I export my list?",
    )

    landed(page, name).get_by_role("link").click()
    trace = page.get_by_role("dialog")
    for event in ("TicketReceived", "TicketClassified", "MoveDecided", "TicketDispatched"):
        expect(trace).to_contain_text(event, timeout=LANDS_MS)
    page.keyboard.press("Escape")
    expect(trace).to_be_hidden()


def test_the_contact_page_sends_a_ticket(page: Page, endpoints: Endpoints, name: str) -> None:
    page.goto(endpoints.contact_url)
    page.get_by_label("e-mail").fill(address(name))
    page.get_by_label("name").fill(name)
    page.get_by_label("Message", exact=True).fill("Where do I find the setting for the weekly report?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("body")).to_contain_text(re.compile("T-[0-9A-Z]{12}"), timeout=LANDS_MS)

    page.goto(endpoints.desk_url)
    landed(page, name)


def test_what_a_customer_writes_never_becomes_markup(page: Page, endpoints: Endpoints, name: str) -> None:
    page.goto(endpoints.desk_url)
    title = page.title()
    send(page, way="Web form", name=f"{name} <b>T</b>", email=address(name), subject=HOSTILE, message=HOSTILE)
    ticket = landed(page, f"{name} <b>T</b>")
    expect(ticket).to_contain_text("<img src=x onerror=")

    ticket.locator("button.to").click()
    message = page.locator(".slack-messages article:not(.pinned)", has_text=name)
    expect(message).to_contain_text("<script>document.title=2</script>", timeout=LANDS_MS)
    expect(message.locator(".mention.loud")).to_have_count(0)
    ticket.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text("<img src=x", timeout=LANDS_MS)
    assert page.title() == title


def test_the_rules_are_edited_in_place(page: Page, endpoints: Endpoints) -> None:
    page.goto(f"{endpoints.desk_url}/rules")
    expect(page.get_by_text("The router understands every line.")).to_be_visible()

    first = page.get_by_label("team, row 2", exact=True).first
    was = first.input_value()
    first.fill("nobody")
    page.get_by_role("button", name="Save the folder").click()
    expect(page.locator(".problems")).to_contain_text("Topics, row 2")
    assert "nobody" in (Path(endpoints.rules_dir) / "topics.csv").read_text()

    page.get_by_label("team, row 2", exact=True).first.fill(was)
    page.get_by_role("button", name="Save the folder").click()
    expect(page.get_by_text("The router understands every line.")).to_be_visible()


def test_by_keyboard_alone(page: Page, endpoints: Endpoints) -> None:
    page.goto(endpoints.desk_url)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first sample fills the form
    expect(page.get_by_label("Name", exact=True)).to_have_value("Dana Whitfield")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Send":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("On its way: T-")).to_be_visible(timeout=LANDS_MS)
    landed(page, "Dana Whitfield")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024, 1440])
@pytest.mark.parametrize("path", ["/", "/rules", "/slack/channels/engineering", "/mail/inboxes/privacy@example.com"])
def test_nothing_bars_anybody(browser: Browser, endpoints: Endpoints, path: str, width: int, scheme: Any) -> None:
    """axe-core finds no violation, and nothing scrolls sideways."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(endpoints.desk_url + path)
    page.wait_for_load_state("networkidle") if path == "/rules" else page.wait_for_timeout(700)

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()

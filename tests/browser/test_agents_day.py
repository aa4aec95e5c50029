"""A day as an agent, in a real browser: what the customer sent, a way to answer, and an end."""

from __future__ import annotations

import json
import re
import struct
import uuid
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from cli.rules import in_force
from cli.stack import find_stack
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until
from local.stack.endpoints import Endpoints

LANDS_S, LANDS_MS = 90, 60_000


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SIDE = 96
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress((b"\0" + b"\x1e\x66\xcc" * SIDE) * SIDE))
    + chunk(b"IEND", b"")
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def email(customer: Callable[..., str]) -> str:
    return customer()


@pytest.fixture
def landed(watch: Watch) -> Callable[[str], list[Row]]:
    """The tickets of an address once they are with a team."""
    return lambda email: until(lambda: watch.landed(email), seconds=LANDS_S, what="the hand-off")


def write(send: Sender, endpoints: Endpoints, email: str, **more: Any) -> None:
    """A mail with a screenshot and a PDF, and history quoted below."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Olga Petrova <{email}>", endpoints.support_address
    mail["Subject"], mail["Message-ID"] = "VAT number on invoice", f"<{uuid.uuid4().hex}@northwind.example>"
    mail.set_content(
        "Can you send the March invoice again with our VAT number on it? The invoice has the wrong address.\n\n"
        "On Mon, 2 Nov 2026 at 09:00, Support <support@example.com> wrote:\n> Your invoice for March is attached.\n"
    )
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="Bildschirmfoto.png")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="März-Rechnung.pdf")
    send.raw_mail(mail.as_bytes(), sender=email)


def channel(page: Page, endpoints: Endpoints, row: Row) -> Locator:
    """The ticket's message in its channel, as Slack shows it."""
    name = row["destination"]["address"].removeprefix("#")
    page.goto(f"{endpoints.slack_api_url.removesuffix('/api/')}/channels/{name}")
    return page.locator("article:not(.pinned):not(.thread article)", has_text=row["ticket_id"]).first


def more(message: Locator, label: str) -> None:
    message.get_by_label("More").select_option(label=label)


def test_a_day_as_an_agent(
    page: Page, send: Sender, watch: Watch, endpoints: Endpoints, email: str, landed: Callable[..., list[Row]]
) -> None:
    write(send, endpoints, email)
    (row,) = landed(email)
    number = row["ticket_id"]
    message = channel(page, endpoints, row)
    expect(message).to_contain_text(number, timeout=LANDS_MS)

    # What they sent is opened from the thread.
    message.locator("summary").first.click(timeout=LANDS_MS)
    picture = message.locator("figure.picture img").first
    expect(picture).to_be_visible(timeout=LANDS_MS)
    assert picture.evaluate("image => image.naturalWidth") == SIDE
    pdf = message.locator("a.file", has_text="März-Rechnung.pdf").get_attribute("href")
    assert pdf
    assert page.request.get(pdf).body() == PDF
    more(message, "All they sent")
    expect(message.locator("a.file", has_text=f"{number}.eml")).to_be_visible(timeout=LANDS_MS)

    # The door to an answer.
    door = message.get_by_role("link", name="Answer the customer").get_attribute("href")
    assert door
    assert door.startswith(f"mailto:{email}?")
    assert f"subject=Re: VAT number on invoice [{number}]" in unquote(door)

    # Answered from the original, us in Cc.
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Cc"] = "Eve <eve@example.com>", email, endpoints.support_address
    answer["Subject"] = f"Re: VAT number on invoice [{number}]"
    answer.set_content("Here it is again, with the VAT number.")
    send.raw_mail(answer.as_bytes(), sender="eve@example.com")
    expect(message).to_contain_text("Eve answered the customer: “Here it is again", timeout=LANDS_MS)
    expect(message.locator(".b-text").first).to_contain_text("✋ Eve")
    assert [one["ticket_id"] for one in watch.rows(email)] == [number]

    # To its end, and back.
    message.get_by_role("button", name="Done").click()
    expect(message.locator(".b-text").first).to_contain_text("✅ Done", timeout=LANDS_MS)
    message.get_by_role("button", name="Undo: done").click()
    expect(message.locator(".b-text").first).to_contain_text("✋ Eve", timeout=LANDS_MS)
    more(message, "Give back")
    expect(message.get_by_role("button", name="Take")).to_be_visible(timeout=LANDS_MS)
    more(message, "Assign to …")
    asked = page.locator("article.private", has_text="Who works on")
    asked.get_by_role("combobox").last.select_option(label="Finance lead", timeout=LANDS_MS)
    expect(message.locator(".b-text").first).to_contain_text("Finance lead", timeout=LANDS_MS)

    # Found by its number, as Slack's search would: it is a word of the message itself.
    found = watch.message(row)
    assert number in found["text"]
    assert number in str(found["blocks"])


def test_louder_quieter_and_no_ticket(
    page: Page, send: Sender, watch: Watch, endpoints: Endpoints, email: str, landed: Callable[..., list[Row]]
) -> None:
    send.mail(email=email, subject="Billing address", text="How do I change my billing address?")
    (row,) = landed(email)
    message = channel(page, endpoints, row)
    more(message, "Bump: more urgent")
    head = message.locator(".b-text").first
    expect(head).to_contain_text("Priority", timeout=LANDS_MS)
    more(message, "Lower: less urgent")
    expect(head).to_contain_text("Route", timeout=LANDS_MS)
    more(message, "Not a ticket")
    expect(head).to_contain_text("Not a ticket", timeout=LANDS_MS)

    def taught() -> bool:
        return email in [one.match for one in in_force(find_stack(None)).not_tickets]

    until(taught, seconds=LANDS_S, what="the sender in the rules")
    assert watch.comes_true(lambda: row["ticket_id"] not in watch.queue_list(row["team"]))


def test_a_chat_has_its_transcript(
    page: Page, send: Sender, endpoints: Endpoints, email: str, landed: Callable[..., list[Row]]
) -> None:
    texts = ["I have two invoices with a wrong VAT number.", "Which of them is it about?", "The second one, of March."]
    at, whose = datetime.now(UTC).isoformat(), ("customer", "bot", "customer")
    messages = [{"from": who, "text": text, "at": at} for who, text in zip(whose, texts, strict=True)]
    told = {"conversation_id": uuid.uuid4().hex, "customer": {"email": email}, "messages": messages}
    send.raw_chat(json.dumps(told).encode()).raise_for_status()
    (row,) = landed(email)
    message = channel(page, endpoints, row)
    message.locator("summary").first.click(timeout=LANDS_MS)
    link = message.locator("a.file", has_text="conversation.txt")
    expect(link).to_be_visible(timeout=LANDS_MS)
    transcript = page.request.get(str(link.get_attribute("href"))).text()
    assert all(text in transcript for text in texts)


def test_from_the_inbox_the_same(page: Page, send: Sender, watch: Watch, endpoints: Endpoints, email: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = email, endpoints.support_address, "Delete my data"
    mail.set_content("Please delete all data you hold about me under the GDPR.")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="id.png")
    send.raw_mail(mail.as_bytes(), sender=email)
    (row,) = until(lambda: watch.landed(email), seconds=LANDS_S, what="the hand-off")

    def letter() -> dict[str, Any] | None:
        mails = watch.inbox(row["destination"]["address"])
        return next((one for one in mails if row["ticket_id"] in one["text"]), None)

    text = until(letter, seconds=LANDS_S, what="the mail")["text"]
    link = re.search(r"https?://\S+/actions/\S+", text)
    assert link
    page.goto(link.group(0))
    assert Axe().run(page).violations_count == 0
    expect(page.get_by_role("link", name="Answer the customer")).to_have_attribute("href", re.compile("^mailto:"))
    for name, content in (("id.png", PNG), (f"{row['ticket_id']}.eml", None)):
        href = page.get_by_role("link", name=name).get_attribute("href")
        got = page.request.get(page.evaluate("href => new URL(href, location).href", href))
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-type"] == "application/octet-stream"
        assert content is None or got.body() == content
    for action in ("Take it: I work on it now", "Done: nothing is left to do"):
        page.get_by_label("What should happen?").select_option(label=action)
        page.get_by_label("Your name").fill("Dana")
        page.get_by_role("button", name="Do it").click()
        page.get_by_role("link", name="Go on with the ticket").click()
    assert watch.log.row(row["ticket_id"])["state"] == "done"  # type: ignore[index]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_bars_anybody(
    browser: Browser, send: Sender, watch: Watch, endpoints: Endpoints, email: str, width: int, scheme: Any
) -> None:
    send.mail(email=email, subject="Billing address", text="How do I change my billing address?")
    (row,) = until(lambda: watch.landed(email), seconds=LANDS_S, what="the hand-off")
    watch.press(row, action="take").raise_for_status()
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    expect(channel(page, endpoints, row)).to_contain_text("Taken by", timeout=LANDS_MS)
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()

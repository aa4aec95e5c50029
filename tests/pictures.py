"""Makes the screenshots in ``docs/images`` anew: ``make pictures``. Look at every one of them before it is committed.

A stack of its own, the demo's samples and a morning's worth of tickets; then each page in Chromium. Emoji need a font
(Debian: fonts-noto-color-emoji).
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from rich.progress import track

from local.demo.samples import AGAIN, MISROUTED, RIGHT_PLACE, SAMPLES, Sample
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until
from local.stack.apart import running_apart
from local.stack.endpoints import Endpoints
from tests.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
MORNING = 40
"""Tickets beside the samples, so that the digest has something to count."""
LANDS_S = 90
UNCLEAR = "Somebody from your company promised to ring me on Tuesday. Is that still going to happen?"
LONG = (
    "Please delete all data you hold about me under the GDPR, and confirm it. " + "We also had a trial account. " * 12
)


class Camera:
    """Chromium, and where its pictures go."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def page(self, url: str, *, width: int, height: int, scale: float = 1, still: bool = False) -> Page:
        """A page at rest; ``still`` keeps a channel from drawing itself anew under the camera."""
        size = {"width": width, "height": height}
        context = self._browser.new_context(viewport=size, device_scale_factor=scale, timezone_id="Europe/Lisbon")  # type: ignore[arg-type]
        page = context.new_page()
        if still:
            page.route(re.compile(r"/messages$"), lambda route: route.abort())
        page.goto(url)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)
        return page

    def take(self, name: str, of: Page | Locator) -> None:
        """One picture."""
        of.screenshot(path=IMAGES / f"{name}.png")


class Scene:
    """What the pictures are of."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints, self.watch, self.send = endpoints, Watch(endpoints), Sender(endpoints)
        self.slack = endpoints.slack_api_url.removesuffix("api/").rstrip("/")
        self.mail = endpoints.outbox_url.removesuffix("/outbox")

    def landed(self, email: str, number: int = 1) -> list[Row]:
        """A customer's tickets, once they are before a team."""
        return until(lambda: self.watch.landed(email, number), seconds=LANDS_S, what=f"the ticket of {email}")

    def sample(self, sample: Sample) -> None:
        """Send one of the demo's."""
        if sample.way == "mail":
            self.send.mail(email=sample.email, name=sample.name, subject=sample.subject, text=sample.text)
        elif sample.way == "form":
            said = {"email": sample.email, "name": sample.name, "subject": sample.subject, "message": sample.text}
            self.send.form(**said).raise_for_status()
        else:
            who = {"email": sample.email, "name": sample.name}
            self.send.chat(conversation=sample.title, customer=who, texts=[sample.text]).raise_for_status()

    def fill(self) -> None:
        """A morning: what others sent first, then the samples."""
        lines = (ROOT / "evaluation" / "shop" / "tuned.jsonl").read_text().splitlines()
        texts = [json.loads(line)["text"] for line in lines][: MORNING * 3 : 3]
        for number, text in enumerate(track(texts, "tickets", transient=True)):
            self.send.form(email=f"dana{number}@shop{number}.example", message=text).raise_for_status()
            self.landed(f"dana{number}@shop{number}.example")
        for sample in (*SAMPLES, MISROUTED):
            self.sample(sample)
            self.landed(sample.email)
        self.sample(AGAIN)
        self.landed(AGAIN.email, 2)
        self.send.form(email="kim@lakeside.example", name="Kim Lake", message=UNCLEAR).raise_for_status()
        self.send.form(email="maria@ateliers.example", name="Maria Gomez", subject="Delete my data", message=LONG)
        self.landed("kim@lakeside.example")
        self.landed("maria@ateliers.example")

    def row(self, **wanted: str) -> Row:
        """The newest ticket of that kind."""
        rows = self.watch.log.newest(limit=200)
        return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))

    def message(self, camera: Camera, row: Row) -> Locator:
        """A hand-off in its channel."""
        place = row["destination"]
        return self.posted(camera, place["address"], place["ref"])

    def posted(self, camera: Camera, channel: str, ts: str) -> Locator:
        """One message of a channel."""
        page = camera.page(f"{self.slack}/channels/{channel}", width=960, height=1000, still=True)
        return page.locator(f"[id='m{ts}']")


def slack_pictures(scene: Scene, camera: Camera) -> None:
    """Each move, the queue list, a copy, and what a button leaves behind."""
    for move in ("escalate", "priority", "route"):
        camera.take(f"slack-{move}", scene.message(camera, _not_a_copy(scene, move)))
    (held,) = scene.landed("kim@lakeside.example")
    camera.take("slack-hold", scene.message(camera, held))
    queue = camera.page(f"{scene.slack}/channels/engineering", width=960, height=1000, still=True)
    camera.take("slack-queue", queue.locator(".message.pinned"))
    copied = scene.message(camera, _not_a_copy(scene, "priority", source="chat"))
    copied.locator("details").first.evaluate("thread => thread.open = true")
    camera.take("slack-copy-in-thread", copied)

    (moved,) = scene.landed(MISROUTED.email)
    before = dict(moved["destination"])
    scene.watch.press(moved, action="reassign", value="|".join(RIGHT_PLACE)).raise_for_status()

    def there() -> Row | None:
        row = scene.watch.log.row(moved["ticket_id"])
        return row if row and row["destination"] and row["destination"]["address"] == "support" else None

    after = until(there, seconds=LANDS_S, what="the ticket in #support")
    camera.take("slack-moved-to", scene.message(camera, after))
    camera.take("slack-moved-from", scene.posted(camera, before["address"], before["ref"]))
    taken = _not_a_copy(scene, "escalate")
    scene.watch.press(taken, action="take", value="", user="U0ENGLEAD").raise_for_status()
    until(lambda: "Taken by" in str(scene.watch.message(taken)), seconds=LANDS_S, what="who took it")
    camera.take("slack-taken", scene.message(camera, taken))


def _not_a_copy(scene: Scene, move: str, **wanted: str) -> Row:
    rows = [row for row in scene.watch.log.newest(limit=200) if row["move"] == move and not row["duplicate_of"]]
    rows = [row for row in rows if row["destination"]["kind"] == "slack"]
    named = [row for row in rows if row["customer"]["name"]]
    return next(row for row in (*named, *rows) if all(row[name] == value for name, value in wanted.items()))


def mail_pictures(scene: Scene, camera: Camera) -> None:
    """The hand-off mail in a wide and a narrow client, the page behind its link."""
    mail: dict[str, Any] = scene.watch.inbox("privacy@example.com")[-1]
    for name, width in (("mail-wide", 900), ("mail-narrow", 390)):
        camera.take(name, camera.page(f"{scene.mail}/mails/{mail['id']}/html", width=width, height=760))
    link = re.search(r"https?://\S+/actions/\S+", mail["text"])
    assert link, "the mail has no link"
    camera.take("action-page", camera.page(link[0], width=390, height=760))


def report_pictures(scene: Scene, camera: Camera) -> None:
    """The digest in Slack and the summary by mail, of the tickets just sent."""
    client = scene.watch.client("lambda")
    name = f"ticket-router-dispatch-{scene.endpoints.stage}-lookBack"
    now = datetime.now(UTC)
    ends = {"week": now + timedelta(days=7 - now.weekday()), "month": (now.replace(day=1) + timedelta(days=32))}
    for period, end in ends.items():
        at = (end.replace(day=1) if period == "month" else end).replace(hour=8, minute=0).isoformat()
        client.invoke(FunctionName=name, Payload=json.dumps({"period": period, "at": at}))

    def digest() -> str | None:
        history = scene.watch.slack.conversations_history(channel=scene.watch.channel_id("managers"), limit=50)
        return next((m["ts"] for m in history["messages"] if "Weekly digest" in m["text"]), None)

    ts = until(digest, seconds=LANDS_S, what="the digest")

    def letters() -> list[dict[str, Any]]:
        mails = scene.watch.inbox("triage@example.com")
        return [mail for mail in mails if "onthly summary" in mail["subject"]]

    summary = until(letters, seconds=LANDS_S, what="the summary")[-1]
    camera.take("slack-digest", scene.posted(camera, "managers", ts))
    page = camera.page(f"{scene.mail}/mails/{summary['id']}/html", width=700, height=900)
    page.screenshot(path=IMAGES / "mail-summary.png", full_page=True)


def desk_pictures(scene: Scene, camera: Camera) -> None:
    """The Desk as a newcomer sees it, a trace, the rules, the contact page."""
    desk = scene.endpoints.desk_url
    camera.take("desk", camera.page(desk, width=1360, height=860))
    camera.take("desk-phone", camera.page(desk, width=390, height=844, scale=1.5))
    camera.take(
        "desk-trace", camera.page(f"{desk}/tickets/{scene.row(move='route')['ticket_id']}", width=1360, height=860)
    )
    camera.take("rules", camera.page(f"{desk}/rules", width=1100, height=760))
    camera.take("contact", camera.page(scene.endpoints.contact_url, width=700, height=760))


STEPS: tuple[Callable[[Scene, Camera], None], ...] = (
    desk_pictures, slack_pictures, mail_pictures, report_pictures,
)  # fmt: skip


def main() -> None:
    """Start a stack, fill it, take the pictures."""
    if not (found := chromium.find()):
        sys.exit(chromium.CURE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        rules = Path(folder) / "rules"
        shutil.copytree(ROOT / "rules", rules)
        with running_apart(Path(folder) / "stack", RULES_DIR=str(rules), DEMO="0") as stack:
            scene = Scene(stack.endpoints)
            scene.fill()
            browser = chromium.launch(playwright, found)
            for step in track(STEPS, "pictures", transient=True):
                step(scene, Camera(browser))
            browser.close()


if __name__ == "__main__":
    main()

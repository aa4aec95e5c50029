"""From the Slack message and from the inbox's mail, a person reaches every word of what the customer wrote.

Mails of every kind that we have (one of each kind in ``services/intake/tests``, and families of our own in
``reach.jsonl``) go through intake's and dispatch's own use cases and adapters, over the Slack and the SMTP stand-in.
What is set aside is released first: that is how a person reaches it. A word counts as reached when it stands in the
message, in a text file beside it, or in the name of a file; the customer's own mail does not count, but must be there
byte for byte.
"""

from __future__ import annotations

import html
import json
import re
import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from local.mail import Outbox
from local.slack import create_app
from local.slack.workspace import Workspace
from services.dispatch import app
from services.dispatch.adapters.slack.channels import Channels
from services.dispatch.adapters.slack.web_api import Slack
from services.dispatch.tests import conftest as dispatch_tests
from services.intake.domain.mail.content import content_of
from services.intake.domain.mail.mime import parse
from services.intake.tests import conftest as intake_tests
from tests.local.test_mail_standin import listening

ROOT = Path(__file__).parents[2]
INTAKE_TESTS = ROOT / "services" / "intake" / "tests"
OF_A_KIND = 1
HEAD = (
    "From: Jo <jo@poe.example>\r\nTo: support@example.com\r\nSubject: {}\r\nMessage-ID: <{}@reach.example>\r\n{}\r\n{}"
)
LINES = [f"Line {n} says w{n * 7919 % 100_003} and nothing else.\r\n" for n in range(900)]
LONG = {
    "long": HEAD.format("x", "long", "", "".join(LINES)),
    "long history": HEAD.format(
        "Re: x",
        "history",
        "In-Reply-To: <1@example.com>\r\n",
        "No.\r\n\r\nOn 23 Nov 2026 at 09:00, Support <support@example.com> wrote:\r\n"
        + "".join(f"> {line}" for line in LINES[:500]),
    ),
}


def corpus() -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """A mail of each kind of the two corpora, and the families."""
    seen: dict[str, int] = {}
    for path in sorted((INTAKE_TESTS / "kinds").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            kind = one.get("kind") or re.sub(r"\W*\d+\w?$", "", one["name"])
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] <= OF_A_KIND:
                yield one["name"], one["mail"].encode(), tuple(one["staff"])
    for path in sorted((INTAKE_TESTS / "golden").glob("*.eml")):
        family = "-".join(path.stem.split("-")[:2])
        seen[family] = seen.get(family, 0) + 1
        if seen[family] <= OF_A_KIND:
            yield path.stem, path.read_bytes(), ("example.com",)
    for line in Path(__file__).with_name("reach.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)["name"], json.loads(line)["mail"].encode(), ()
    for name, text in LONG.items():
        yield name, text.encode(), ()


CORPUS = list(corpus())
EVERY_MAIL = pytest.mark.parametrize(("raw", "staff"), [one[1:] for one in CORPUS], ids=[one[0] for one in CORPUS])


def test_they_are_a_hundred_and_more() -> None:
    assert len(CORPUS) >= 100


@pytest.fixture
def office(serve: Callable[[Starlette], str], rules_dir: Path) -> tuple[Workspace, str]:
    """A workspace of its own: Slack lets nobody post a few hundred messages a minute."""
    made = create_app(rules_dir=rules_dir, bot_token="xoxb-1", signing_secret="s")
    return made.state.slack, serve(made)


@pytest.fixture(scope="module")
def smtp() -> Iterator[tuple[Outbox, tuple[str, int]]]:
    outbox = Outbox()
    with listening(outbox) as at:
        yield outbox, at


class Relay:
    """SES: what it is given leaves by SMTP."""

    def __init__(self, at: tuple[str, int]) -> None:
        self.at = at

    def send_raw_email(self, **call: Any) -> dict[str, str]:
        with smtplib.SMTP(*self.at) as server:
            server.sendmail(call["Source"], call["Destinations"], call["RawMessage"]["Data"])
        return {"MessageId": "x"}


def a_ticket(raw: bytes, staff: tuple[str, ...]) -> tuple[Any, dict[str, bytes]]:
    """What intake makes of a mail, and its bucket."""
    world = intake_tests.World()
    world.staff = staff
    return world.mail(raw, released=True).data.ticket, world.files.objects


def routed(ticket: Any, objects: dict[str, bytes], team: str, place: Callable[[Any], None]) -> Any:
    """The ticket where it was put, and everything they sent asked for."""
    desk = dispatch_tests.Dispatch()
    desk.originals.objects = objects
    place(desk)
    desk.decide(dispatch_tests.make_decided(team=team, **ticket.model_dump(mode="json")))
    return desk


def leaves(part: Any) -> Iterator[Any]:
    """The parts of a mail; not what is inside the customer's own that it encloses."""
    if part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            yield from leaves(inner)
    else:
        yield part


def words(*said: str) -> set[str]:
    return set(re.findall(r"\w+", " ".join(said)))


def readable(raw: bytes) -> set[str]:
    """The words that a mail program would show."""
    return words(content_of(parse(raw)).text())


@EVERY_MAIL
def test_from_the_slack_message(raw: bytes, staff: tuple[str, ...], office: tuple[Workspace, str]) -> None:
    space, url = office
    ticket, objects = a_ticket(raw, staff)

    def place(desk: Any) -> None:
        workspace = Slack(url=f"{url}/api/", token=lambda: "xoxb-1", wait_turn=lambda *_: None)
        desk.places._channels = Channels(workspace, desk.effects, desk.originals)

    desk = routed(ticket, objects, "engineering", place)
    parts = (desk.log, desk.effects, desk.places, desk.rules, desk.bus, lambda: desk.tick())
    app.attach_everything(desk.log.get(ticket.ticket_id), outside=app.Outside(*parts))
    channel = next(one for one in space.directory.channels.values() if one.name == "engineering")
    root = space.message(channel, desk.log.get(ticket.ticket_id).place.destination.ref)
    thread = space.thread(channel, root.ts)
    files = [space.files[name] for message in thread for name in message.files]
    shown = [
        html.unescape(json.dumps(message.blocks, ensure_ascii=False).replace("\\n", " ")) for message in (root, *thread)
    ]
    texts = [file.content.decode() for file in files if file.name.endswith(".txt")]
    assert readable(raw) - words(*shown, *texts, *(file.title for file in files)) == set()
    assert raw in [file.content for file in files if file.name.endswith(".eml")]


@EVERY_MAIL
def test_from_the_inboxs_mail(raw: bytes, staff: tuple[str, ...], smtp: tuple[Outbox, tuple[str, int]]) -> None:
    outbox, at = smtp
    ticket, objects = a_ticket(raw, staff)

    def place(desk: Any) -> None:
        desk.mailroom._client = Relay(at)

    before = len(outbox.mails)
    routed(ticket, objects, "privacy", place)
    sent = message_from_bytes(next(one.raw for one in outbox.mails[before:]), policy=policy.default)
    shown, names = [], list[str]()
    for inner in leaves(sent):
        if inner.get_filename():
            names.append(str(inner.get_filename()))
        if inner.get_content_type() == "text/plain":
            shown.append(str(inner.get_content()))
    assert readable(raw) - words(*shown, *names) == set()
    assert f"{ticket.ticket_id}.eml" in names

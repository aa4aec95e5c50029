"""dispatch's Slack adapter on the wire: what goes wrong there becomes a wait that says what is to be mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.slack import create_app
from local.slack.directory import BOT_USER, Channel
from services.dispatch.adapters.slack.web_api import Slack
from services.dispatch.domain.attempt import Refused
from services.dispatch.domain.slack.blocks import Message, section
from shared.errors import NotNow

HELLO = Message.of("hello", section("hello"))


class Office:
    """A workspace, and dispatch in it."""

    def __init__(self, serve: Callable[[Starlette], str], rules: Path) -> None:
        app = create_app(rules_dir=rules, bot_token="xoxb-1", signing_secret="s")
        self.space, self.tokens = app.state.slack, ["xoxb-1"]
        self.slack = Slack(url=f"{serve(app)}/api/", token=lambda: self.tokens[-1], wait_turn=lambda *_: None)

    def channel(self, name: str) -> Channel:
        return next(one for one in self.space.directory.channels.values() if one.name == name)


@pytest.fixture
def office(serve: Callable[[Starlette], str], rules_dir: Path) -> Office:
    return Office(serve, rules_dir)


def test_a_new_token_is_used_as_soon_as_the_old_one_is_refused(office: Office) -> None:
    office.slack.post("engineering", HELLO, key="T-1.0")
    office.space.bot_token = "xoxb-2"
    with pytest.raises(NotNow, match=r"invalid_auth .*store a working bot token"):
        office.slack.post("engineering", HELLO, key="T-2.0")
    office.tokens.append("xoxb-2")
    assert office.slack.post("engineering", HELLO, key="T-2.0")


def test_a_bot_that_was_not_invited_says_where(office: Office) -> None:
    office.channel("engineering").members.discard(BOT_USER)
    with pytest.raises(NotNow, match=r"not_in_channel \(chat.postMessage, #engineering\): invite the bot") as told:
        office.slack.post("engineering", HELLO, key="T-1.0")
    assert told.value.retry_after == 60


def test_a_channel_made_anew_under_its_name_is_found(office: Office) -> None:
    office.slack.post("engineering", HELLO, key="T-1.0")
    old, channels = office.channel("engineering"), office.space.directory._channels
    del channels[old.id]
    with pytest.raises(NotNow, match="make the channel and invite the bot"):
        office.slack.post("engineering", HELLO, key="T-2.0")
    channels["C0ANEW"] = Channel("C0ANEW", "engineering", members={BOT_USER})
    office.slack.post("engineering", HELLO, key="T-2.0")
    assert len(office.space.messages["C0ANEW"]) == 1


def test_a_message_of_a_channel_that_is_gone_is_gone_with_it(office: Office) -> None:
    """A ticket that was moved out of a channel must not wait for ever to say so there."""
    ts = office.slack.post("engineering", HELLO, key="T-1.0")
    del office.space.directory._channels[office.channel("engineering").id]
    with pytest.raises(NotNow):
        office.slack.update("engineering", ts, HELLO)  # the first to notice
    assert office.slack.update("engineering", ts, HELLO) is False


def test_a_channel_that_is_not_there_waits_for_somebody_to_make_it(office: Office) -> None:
    with pytest.raises(NotNow, match="no channel #nowhere: make the channel"):
        office.slack.post("nowhere", HELLO, key="T-1.0")


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": "7"}), 7),
        (JSONResponse({"ok": False, "error": "ratelimited"}, 429), 30),
        (PlainTextResponse("", 429, headers={"Retry-After": "9"}), 9),
        (JSONResponse({"ok": False, "error": "internal_error"}), 30),
        (PlainTextResponse("upstream connect error", 503), 30),
        (PlainTextResponse("<html>bad gateway</html>", 502), 30),
        (PlainTextResponse("not JSON"), 30),
        (JSONResponse({"ok": False, "error": "invalid_blocks"}), 60),
        (JSONResponse({"ok": False, "error": "something_new_at_slack"}), 60),
        (JSONResponse({"ok": False, "error": "missing_scope", "needed": "chat:write"}), 60),
        (JSONResponse({"ok": False, "error": "is_archived"}), 60),
        (JSONResponse({"ok": False, "error": "token_revoked"}), 60),
    ],
)
def test_every_bad_answer_is_a_wait(serve: Callable[[Starlette], str], answer: Response, after: float) -> None:
    async def channels(_request: Request) -> Response:
        return JSONResponse({"ok": True, "channels": [{"id": "C1", "name": "engineering"}]})

    async def post(_request: Request) -> Response:
        return answer

    app = Starlette(
        routes=[
            Route("/api/conversations.list", channels, methods=["POST"]),
            Route("/api/chat.postMessage", post, methods=["POST"]),
        ]
    )
    slack = Slack(url=f"{serve(app)}/api/", token=lambda: "t", wait_turn=lambda *_: None)
    with pytest.raises(NotNow) as told:
        slack.post("engineering", HELLO, key="T-1.0")
    assert told.value.retry_after == after


def test_nobody_there_is_a_wait_too() -> None:
    slack = Slack(url="http://127.0.0.1:9/api/", token=lambda: "t", wait_turn=lambda *_: None)
    with pytest.raises(Refused, match="cannot be reached"):  # and nothing was posted
        slack.post("engineering", HELLO, key="T-1.0")


def test_a_list_that_cannot_be_pinned_is_there_all_the_same(office: Office) -> None:
    channel = office.channel("engineering")
    for _ in range(101):
        ts = office.space.next_ts()
        channel.pins.append((ts, 0.0))
    ts = office.slack.post("engineering", HELLO, key="list.engineering.")
    office.slack.pin("engineering", ts)
    assert office.slack.update("engineering", ts, HELLO)


def test_a_message_is_found_again_by_its_key_and_in_its_own_thread_only(office: Office) -> None:
    ts = office.slack.post("engineering", HELLO, key="T-1.0")
    reply = office.slack.post("engineering", HELLO, key="T-1.note", thread=ts)
    assert office.slack.find("engineering", "T-1.0") == ts
    assert office.slack.find("engineering", "T-1.note", thread=ts) == reply
    assert office.slack.find("engineering", "T-1.note") is None
    assert office.slack.find("finance", "T-1.0") is None
    office.slack.upload("engineering", "T-1.txt", b"whole", title="T-1.txt", thread=ts)
    assert office.slack.has_file("engineering", "T-1.txt", thread=ts) is True
    assert office.slack.has_file("engineering", "T-2.txt", thread=ts) is False


def test_a_channel_behind_fourteen_empty_pages_is_found(serve: Callable[[Starlette], str]) -> None:
    """Slack fills a page and then filters it: only a missing cursor says that there is no more."""

    async def channels(request: Request) -> Response:
        page = int((await request.form() if request.method == "POST" else request.query_params).get("cursor") or 0)
        found = [{"id": "C0FINANCE1", "name": "finance"}] if page == 14 else []
        more = {"next_cursor": str(page + 1)} if page < 14 else {}
        return JSONResponse({"ok": True, "channels": found, "response_metadata": more})

    app = Starlette(routes=[Route("/api/conversations.list", channels, methods=["GET", "POST"])])
    slack = Slack(url=f"{serve(app)}/api/", token=lambda: "t", wait_turn=lambda *_: None)
    assert slack.channel_id("#finance") == "C0FINANCE1"


def test_a_cursor_that_comes_again_leads_in_no_circle(serve: Callable[[Starlette], str]) -> None:
    async def channels(_request: Request) -> Response:
        return JSONResponse({"ok": True, "channels": [], "response_metadata": {"next_cursor": "again"}})

    app = Starlette(routes=[Route("/api/conversations.list", channels, methods=["GET", "POST"])])
    slack = Slack(url=f"{serve(app)}/api/", token=lambda: "t", wait_turn=lambda *_: None)
    assert not slack.has_channel("finance")


@pytest.mark.parametrize("channel_id", ["C0ENG12345", "G0ENG12345"])
def test_a_channel_by_its_id_takes_everything_that_one_by_its_name_does(
    serve: Callable[[Starlette], str], rules_dir: Path, channel_id: str
) -> None:
    teams = rules_dir / "teams.csv"
    teams.write_text(teams.read_text().replace("#engineering", channel_id))
    office = Office(serve, rules_dir)
    ts = office.slack.post(channel_id, HELLO, key="T-1.0")
    assert list(office.space.messages[channel_id]) == [ts]
    assert office.slack.find(channel_id, "T-1.0") == ts
    assert office.slack.update(channel_id, ts, HELLO)
    assert office.slack.link(channel_id, ts)
    del office.space.directory._channels[channel_id]
    with pytest.raises(NotNow, match="make the channel"):
        office.slack.post(channel_id, HELLO, key="T-2.0")

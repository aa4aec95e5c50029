"""The Slack stand-in, spoken to as services speak to Slack: with slack-sdk's own client and verifier."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.slack import RateLimits, create_app

SECRET = "signing-secret"
TAKE = {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "Take"}, "value": "T-1"}
MENU = {
    "type": "static_select",
    "action_id": "reassign",
    "option_groups": [
        {
            "label": {"type": "plain_text", "text": "Teams"},
            "options": [{"text": {"type": "plain_text", "text": "finance"}, "value": "finance|"}],
        }
    ],
}
BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Outage* <@U0ENGLEAD>"}},
    {"type": "actions", "block_id": "T-1.0", "elements": [TAKE, MENU]},
]


class Desk:
    """A served stand-in and what speaks to it."""

    def __init__(self, app: Starlette, url: str) -> None:
        self.app, self.url = app, url
        self.client = WebClient("xoxb-test", base_url=f"{url}/api/")

    def state(self) -> dict[str, Any]:
        return httpx.get(f"{self.url}/state").json()

    def channel(self, name: str) -> dict[str, Any]:
        return next(channel for channel in self.state()["channels"] if channel["name"] == name)


@pytest.fixture
def slack(serve: Callable[[Starlette], str], rules_dir: Path) -> Desk:
    app = create_app(rules_dir=rules_dir, bot_token="xoxb-test", signing_secret=SECRET)
    return Desk(app, serve(app))


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


# --- who and what there is ----------------------------------------------------------------------


def test_channels_and_people_come_from_the_team_sheet(slack: Desk) -> None:
    names = [channel["name"] for channel in slack.client.conversations_list()["channels"]]

    assert names == ["engineering", "finance", "triage", "managers"]
    assert slack.client.users_info(user="U0ENGMANAGER")["user"]["real_name"] == "Engineering manager"
    assert slack.client.users_lookupByEmail(email="DPO@example.com")["user"]["name"] == "dpo"


def test_a_new_row_in_the_sheet_is_a_new_channel(slack: Desk, rules_dir: Path) -> None:
    with (rules_dir / "teams.csv").open("a") as file:
        file.write("legal,#legal,,U0LEGAL,\n")

    assert slack.client.chat_postMessage(channel="#legal", text="Hello")["ok"]


def test_a_wrong_token_is_refused(slack: Desk) -> None:
    assert refused(WebClient("xoxb-other", base_url=f"{slack.url}/api/").auth_test) == "invalid_auth"
    assert httpx.post(f"{slack.url}/api/auth.test").json() == {"ok": False, "error": "not_authed"}
    assert httpx.post(f"{slack.url}/api/api.test", data={"a": "b"}).json()["ok"]


# --- messages -----------------------------------------------------------------------------------


def test_posted_found_by_metadata_changed_and_deleted(slack: Desk) -> None:
    metadata = {"event_type": "ticket_router", "event_payload": {"key": "T-1"}}
    posted = slack.client.chat_postMessage(channel="#engineering", text="Outage", blocks=BLOCKS, metadata=metadata)
    where = posted["channel"]

    found = slack.client.conversations_history(channel=where, include_all_metadata=True)["messages"]
    assert [message["metadata"] for message in found] == [metadata]
    assert "metadata" not in slack.client.conversations_history(channel=where)["messages"][0]

    slack.client.chat_update(channel=where, ts=posted["ts"], text="Taken", blocks=BLOCKS[:1])
    [changed] = slack.client.conversations_history(channel=where, include_all_metadata=True)["messages"]
    assert (changed["text"], len(changed["blocks"]), changed["metadata"]) == ("Taken", 1, metadata)

    slack.client.chat_delete(channel=where, ts=posted["ts"])
    assert slack.client.conversations_history(channel=where)["messages"] == []


def test_form_encoded_calls_are_read_like_json_ones(slack: Desk) -> None:
    body = {"token": "xoxb-test", "channel": "#engineering", "text": "x", "blocks": json.dumps(BLOCKS)}

    assert (
        httpx.post(f"{slack.url}/api/chat.postMessage", data=body).json()["message"]["blocks"][1]["block_id"] == "T-1.0"
    )


def test_every_message_has_a_timestamp_of_its_own(slack: Desk) -> None:
    made = {slack.client.chat_postMessage(channel="#engineering", text=str(n))["ts"] for n in range(10)}

    assert len(made) == 10


def test_replies_stay_in_their_thread(slack: Desk) -> None:
    first = slack.client.chat_postMessage(channel="#engineering", text="first")
    reply = slack.client.chat_postMessage(channel="#engineering", text="reply", thread_ts=first["ts"])

    [shown] = slack.client.conversations_history(channel=first["channel"])["messages"]
    assert (shown["text"], shown["reply_count"]) == ("first", 1)
    thread = slack.client.conversations_replies(channel=first["channel"], ts=first["ts"])["messages"]
    assert [message["ts"] for message in thread] == [first["ts"], reply["ts"]]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "#engineering"}, "no_text"),
        ({"channel": "#engineering", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "#engineering", "text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"channel": "#engineering", "text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
        ({"channel": "#engineering", "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"channel": "#engineering", "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
    ],
)
def test_what_cannot_be_posted(slack: Desk, arguments: dict[str, Any], error: str) -> None:
    assert refused(lambda: slack.client.api_call("chat.postMessage", json=arguments)) == error


def test_faulty_blocks_are_named_in_the_response_metadata(slack: Desk) -> None:
    with pytest.raises(SlackApiError) as caught:
        slack.client.chat_postMessage(channel="#engineering", text="x", blocks=[{"type": "header"}])

    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: text [json-pointer:/blocks/0]"
    ]


def test_an_update_takes_ids_only_and_less_text(slack: Desk) -> None:
    posted = slack.client.chat_postMessage(channel="#engineering", text="x")
    update = slack.client.chat_update

    assert refused(lambda: update(channel="#engineering", ts=posted["ts"], text="y")) == "channel_not_found"
    assert refused(lambda: update(channel=posted["channel"], ts="1.000001", text="y")) == "message_not_found"
    assert refused(lambda: update(channel=posted["channel"], ts=posted["ts"], text="é" * 2001)) == "msg_too_long"


def test_a_channel_the_bot_left_is_closed_to_it_until_it_joins(slack: Desk) -> None:
    where = slack.client.conversations_list()["channels"][0]["id"]
    slack.app.state.slack.directory.channels[where].members.clear()

    assert refused(lambda: slack.client.chat_postMessage(channel=where, text="x")) == "not_in_channel"
    slack.client.conversations_join(channel=where)
    assert slack.client.chat_postMessage(channel=where, text="x")["ok"]


def test_too_fast_in_one_channel_is_told_to_wait(serve: Callable[[Starlette], str], rules_dir: Path) -> None:
    limits = RateLimits(burst=3, clock=lambda: 100.0)
    app = create_app(rules_dir=rules_dir, bot_token="xoxb-test", signing_secret=SECRET, limits=limits)
    client = WebClient("xoxb-test", base_url=f"{serve(app)}/api/")

    for _ in range(3):
        client.chat_postMessage(channel="#engineering", text="x")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="#engineering", text="x")

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert client.chat_postMessage(channel="#finance", text="another channel")["ok"]


def test_the_wait_ends() -> None:
    now = [0.0]
    limits = RateLimits(burst=1, clock=lambda: now[0])

    assert limits.wait("chat.postMessage", "C1") is None
    assert limits.wait("chat.postMessage", "C1") == 1
    now[0] = 1.0
    assert limits.wait("chat.postMessage", "C1") is None
    assert [limits.wait("pins.add", "C1") for _ in range(21)][-1] == 3


def test_slack_on_a_bad_day(slack: Desk) -> None:
    def post() -> int:
        headers = {"Authorization": "Bearer xoxb-test"}
        return httpx.post(
            f"{slack.url}/api/chat.postMessage", data={"channel": "#engineering", "text": "x"}, headers=headers
        ).status_code

    httpx.post(f"{slack.url}/faults", json={"down": True})
    assert post() == 503
    httpx.post(f"{slack.url}/faults", json={"lose_posts": 1})
    assert [post(), post()] == [500, 200]
    assert len(slack.channel("engineering")["messages"]) == 2  # the lost one is there


# --- pins, people, files ------------------------------------------------------------------------


def test_pins(slack: Desk) -> None:
    posted = slack.client.chat_postMessage(channel="#engineering", text="x")
    pin = {"channel": posted["channel"], "timestamp": posted["ts"]}
    slack.client.pins_add(**pin)

    assert [item["message"]["ts"] for item in slack.client.pins_list(channel=posted["channel"])["items"]] == [
        posted["ts"]
    ]
    assert refused(lambda: slack.client.pins_add(**pin)) == "already_pinned"
    slack.client.pins_remove(**pin)
    assert refused(lambda: slack.client.pins_remove(**pin)) == "no_pin"
    assert refused(lambda: slack.client.pins_add(channel=pin["channel"], timestamp="soon")) == "bad_timestamp"


def test_a_channel_holds_a_hundred_pins(slack: Desk) -> None:
    slack.app.state.limits.tiers = False
    slack.app.state.limits.burst = 1000
    for number in range(101):
        posted = slack.client.chat_postMessage(channel="#engineering", text=str(number))
        pin = {"channel": posted["channel"], "timestamp": posted["ts"]}
        if number < 100:
            slack.client.pins_add(**pin)

    assert refused(lambda: slack.client.pins_add(**pin)) == "too_many_pins"


def pinged(slack: Desk) -> list[str]:
    return [ping["who"] for ping in slack.state()["pings"]]


@pytest.mark.parametrize(
    ("text", "blocks", "expected"),
    [
        ("<@U0ENGLEAD> and <@U0ENGLEAD|again>", None, ["U0ENGLEAD"]),
        ("<!channel> &lt;@U0ENGLEAD&gt; @U0ENGLEAD", None, ["!channel"]),
        ("<@U0ENGLEAD>", [{"type": "section", "text": {"type": "mrkdwn", "text": "nobody"}}], []),
        ("x", [{"type": "section", "text": {"type": "plain_text", "text": "<@U0ENGLEAD>"}}], []),
        ("x", [{"type": "context", "elements": [{"type": "mrkdwn", "text": "<@U0ENGLEAD>"}]}], ["U0ENGLEAD"]),
    ],
)
def test_who_is_pinged(slack: Desk, text: str, blocks: Any, expected: list[str]) -> None:
    slack.client.chat_postMessage(channel="#engineering", text=text, blocks=blocks)

    assert pinged(slack) == expected


def test_a_change_pings_nobody_and_a_direct_message_pings_its_reader(slack: Desk) -> None:
    posted = slack.client.chat_postMessage(channel="#engineering", text="x")
    slack.client.chat_update(channel=posted["channel"], ts=posted["ts"], text="<@U0ENGLEAD>")
    assert pinged(slack) == []

    direct = slack.client.conversations_open(users="U0ENGLEAD")["channel"]["id"]
    slack.client.chat_postMessage(channel=direct, text="For you")
    assert pinged(slack) == ["U0ENGLEAD"]


def test_a_long_text_as_a_file_in_the_thread(slack: Desk) -> None:
    first = slack.client.chat_postMessage(channel="#engineering", text="first")
    slack.client.files_upload_v2(
        channel=first["channel"], thread_ts=first["ts"], filename="ticket.txt", content="<b>all of it</b>"
    )

    [_, reply] = slack.client.conversations_replies(channel=first["channel"], ts=first["ts"])["messages"]
    file = httpx.get(f"{slack.url}/files/{reply['files'][0]['id']}")
    assert (file.text, file.headers["content-type"]) == ("<b>all of it</b>", "text/plain; charset=utf-8")


# --- presses ------------------------------------------------------------------------------------


class App:
    """What Slack sends to: keeps the payloads, and checks every signature with slack-sdk's own verifier."""

    def __init__(self, answer: Response | None = None) -> None:
        self.payloads: list[dict[str, Any]] = []
        self.answer = answer or PlainTextResponse("")
        self.web = Starlette(routes=[Route("/slack/actions", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if not SignatureVerifier(SECRET).is_valid_request(body, dict(request.headers)):
            return PlainTextResponse("who are you?", 401)
        self.payloads.append(json.loads(parse_qs(body.decode())["payload"][0]))
        return self.answer


@pytest.fixture
def app(slack: Desk, serve: Callable[[Starlette], str]) -> App:
    app = App()
    slack.app.state.slack.actions_url = f"{serve(app.web)}/slack/actions"
    return app


def press(slack: Desk, ts: str, **more: Any) -> dict[str, Any]:
    return httpx.post(f"{slack.url}/press", json={"channel": "engineering", "ts": ts, **more}).json()


def test_a_button_pressed_is_a_signed_interaction(slack: Desk, app: App) -> None:
    ts = slack.client.chat_postMessage(channel="#engineering", text="x", blocks=BLOCKS)["ts"]

    assert press(slack, ts, action_id="take", user="U0ENGMANAGER")["ok"]

    [payload] = app.payloads
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "U0ENGMANAGER"
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == ts
    action = payload["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("take", "T-1.0", "T-1")


def test_a_choice_in_a_menu_carries_the_whole_option(slack: Desk, app: App) -> None:
    ts = slack.client.chat_postMessage(channel="#engineering", text="x", blocks=BLOCKS)["ts"]

    assert press(slack, ts, action_id="reassign", selected_option="finance|")["ok"]

    assert app.payloads[0]["actions"][0]["selected_option"] == MENU["option_groups"][0]["options"][0]


@pytest.mark.parametrize(
    "wrong",
    [{"action_id": "dance"}, {"action_id": "reassign", "selected_option": "moon"}, {"action_id": "take", "ts": "1.0"}],
)
def test_what_is_not_there_cannot_be_pressed(slack: Desk, app: App, wrong: dict[str, Any]) -> None:
    ts = slack.client.chat_postMessage(channel="#engineering", text="x", blocks=BLOCKS)["ts"]

    assert not press(slack, **{"ts": ts, **wrong})["ok"]
    assert app.payloads == []


def test_a_response_url_can_tell_one_person_or_change_the_message(slack: Desk, app: App) -> None:
    ts = slack.client.chat_postMessage(channel="#engineering", text="x", blocks=BLOCKS)["ts"]
    press(slack, ts, action_id="take", user="U0ENGLEAD")
    url = app.payloads[0]["response_url"]

    assert httpx.post(url, json={"text": "Already taken", "response_type": "ephemeral"}).text == "ok"
    assert [m["only_for"] for m in slack.channel("engineering")["messages"]] == [None, "U0ENGLEAD"]
    assert len(slack.client.conversations_history(channel=slack.channel("engineering")["id"])["messages"]) == 1
    httpx.post(url, json={"text": "Moved", "replace_original": True})
    assert slack.channel("engineering")["messages"][0]["text"] == "Moved"


def test_a_modal_opens_once_is_filled_and_sent(slack: Desk, app: App) -> None:
    ts = slack.client.chat_postMessage(channel="#engineering", text="x", blocks=BLOCKS)["ts"]
    press(slack, ts, action_id="take", user="U0ENGLEAD")
    element = {"type": "plain_text_input", "action_id": "why"}
    view = {
        "type": "modal",
        "callback_id": "move",
        "title": {"type": "plain_text", "text": "Move"},
        "submit": {"type": "plain_text", "text": "Move"},
        "blocks": [
            {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "Why"}, "element": element}
        ],
    }
    trigger = app.payloads[0]["trigger_id"]
    opened = slack.client.views_open(trigger_id=trigger, view=view)["view"]
    assert refused(lambda: slack.client.views_open(trigger_id=trigger, view=view)) == "exchanged_trigger_id"

    send = {"view_id": opened["id"], "values": {"b": {"why": "wrong team"}}}
    app.answer = JSONResponse({"response_action": "errors", "errors": {"b": "Too short"}})
    assert httpx.post(f"{slack.url}/submit", json=send).json()["response"]["errors"] == {"b": "Too short"}
    assert len(slack.state()["views"]) == 1
    app.answer = PlainTextResponse("")
    assert httpx.post(f"{slack.url}/submit", json=send).json()["ok"]

    assert app.payloads[-1]["view"]["state"]["values"]["b"]["why"]["value"] == "wrong team"
    assert slack.state()["views"] == []


# --- pages --------------------------------------------------------------------------------------


def test_the_page_shows_a_message_and_escapes_what_a_customer_wrote(slack: Desk) -> None:
    hostile = '&lt;script&gt;alert(1)&lt;/script&gt; <img src=x onerror=alert(1)> "><b>'
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*Loud* {hostile}"}},
        {"type": "section", "text": {"type": "plain_text", "text": "<b>*not bold*</b>"}},
    ]
    slack.client.chat_postMessage(channel="#engineering", text="x", blocks=blocks)

    page = httpx.get(f"{slack.url}/channels/engineering").text
    assert "<strong>Loud</strong>" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;*not bold*&lt;/b&gt;" in page


def test_the_fragment_says_when_nothing_changed(slack: Desk) -> None:
    url = f"{slack.url}/channels/engineering/messages"
    tag = httpx.get(url).headers["etag"]

    assert httpx.get(url, headers={"If-None-Match": tag}).status_code == 304
    slack.client.chat_postMessage(channel="#engineering", text="new")
    assert httpx.get(url, headers={"If-None-Match": tag}).status_code == 200

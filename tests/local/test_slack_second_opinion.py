"""The stand-in and an independent Slack emulator (npm ``emulate``) answer the same conversation the same way, and both
take every message that dispatch's tests make.

Where they differ on purpose, the table says why: the emulator does not check Block Kit, and cuts long texts where Slack
may refuse them; the stand-in is the stricter of the two. slack-sdk's own models are a third opinion on the blocks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from starlette.applications import Starlette

from local.slack import create_app, methods
from local.slack.workspace import Workspace
from local.stack.aws import free_port

ROOT = Path(__file__).resolve().parents[2]
EMULATE = ROOT / "node_modules" / ".bin" / "emulate"
TOKENS = ("xoxb-test", "xoxb-2", "xoxb-3", "xoxb-4")
"""The emulator takes 5,000 calls an hour from one token."""
SEED = {
    "tokens": {token: {"login": "ticket-router"} for token in TOKENS},
    "slack": {
        "team": {"name": "Local", "domain": "local"},
        "users": [
            {"name": "ticket-router", "real_name": "Ticket Router", "email": "bot@example.com"},
            {"name": "dpo", "real_name": "dpo", "email": "dpo@example.com"},
        ],
        "channels": [{"name": "engineering"}, {"name": "finance"}],
    },
}


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    """The emulator, its bot already in the channels."""
    if not EMULATE.exists():
        pytest.fail("npm's `emulate` is not installed: run `make setup`")
    folder, port = tmp_path_factory.mktemp("emulate"), free_port()
    (folder / "seed.json").write_text(json.dumps(SEED))
    command = [EMULATE, "start", "--service", "slack", "--port", str(port), "--seed", folder / "seed.json"]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=folder, text=True
    )
    try:
        assert process.stdout is not None
        for said in process.stdout:
            if "Config:" in said:
                break
        client = WebClient("xoxb-test", base_url=f"http://127.0.0.1:{port}/api/")
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).close()
        for channel in client.conversations_list()["channels"]:
            client.conversations_join(channel=channel["id"])
        yield client
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def first(serve: Callable[[Starlette], str], rules_dir: Path) -> WebClient:
    """The stand-in."""
    app = create_app(rules_dir=rules_dir, bot_token="xoxb-test", signing_secret="s")
    return WebClient("xoxb-test", base_url=f"{serve(app)}/api/")


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


MOST = "not 1500_tickets and (not hostile or 1600)"
"""One of the twenty batches of hostile texts stands for all, and the simulated month posts nothing new."""
METADATA = {"event_type": "ticket_router", "event_payload": {"key": "T-1"}}


class Talk:
    """One conversation; what was said and answered, without what differs from server to server."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self.heard: list[tuple[str, Any]] = []

    def say(self, method: str, *, note: Callable[[Any], Any] = lambda _: "", **arguments: Any) -> Any:
        try:
            answer = self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            self.heard.append((method, error.response["error"]))
            return {}
        self.heard.append((method, note(answer)))
        return answer


def hold(client: WebClient) -> list[tuple[str, Any]]:
    """Everything dispatch does with Slack, once, the mistakes too."""
    talk = Talk(client)
    listed = talk.say("conversations.list", types="public_channel")["channels"]
    channel = next(c["id"] for c in listed if c["name"] == "engineering")
    talk.say("conversations.info", channel=channel, note=lambda a: (a["channel"]["name"], a["channel"]["is_member"]))
    posted = talk.say(
        "chat.postMessage", channel=channel, text="Outage", blocks=[section("*Outage*")], metadata=METADATA,
        note=lambda a: (a["channel"] == channel, a["message"]["text"], a["message"]["ts"] == a["ts"]),
    )  # fmt: skip
    ts = posted["ts"]
    talk.say(
        "conversations.history", channel=channel, include_all_metadata=True,
        note=lambda a: [(m["text"], m["ts"] == ts, m.get("metadata"), m["blocks"][0]["text"]) for m in a["messages"]],
    )  # fmt: skip
    talk.say("chat.update", channel=channel, ts=ts, text="Taken", blocks=[section("Taken")], note=lambda a: a["text"])
    reply = talk.say(
        "chat.postMessage", channel=channel, text="A copy came", thread_ts=ts,
        note=lambda a: a["message"]["thread_ts"] == ts,
    )  # fmt: skip
    talk.say(
        "conversations.replies", channel=channel, ts=ts,
        note=lambda a: [m["text"] for m in a["messages"]],
    )  # fmt: skip
    talk.say("conversations.history", channel=channel, note=lambda a: [m["text"] for m in a["messages"]])
    talk.say("chat.getPermalink", channel=channel, message_ts=ts, note=lambda a: ts.replace(".", "") in a["permalink"])
    talk.say("pins.add", channel=channel, timestamp=ts)
    talk.say("pins.add", channel=channel, timestamp=ts)
    talk.say("pins.list", channel=channel, note=lambda a: [i["message"]["ts"] == ts for i in a["items"]])
    talk.say("pins.remove", channel=channel, timestamp=ts)
    talk.say("pins.remove", channel=channel, timestamp=ts)
    talk.say("reactions.add", channel=channel, timestamp=ts, name="eyes")
    talk.say("reactions.add", channel=channel, timestamp=ts, name="eyes")
    talk.say("chat.delete", channel=channel, ts=reply["ts"], note=lambda a: a["ts"] == reply["ts"])
    talk.say("chat.delete", channel=channel, ts=reply["ts"])
    talk.say("chat.update", channel=channel, ts="1700000000.000001", text="x")
    talk.say("chat.postMessage", channel="C0NOWHERE", text="x")
    talk.say("chat.postMessage", channel=channel)
    talk.say("conversations.history", channel="C0NOWHERE")
    talk.say("conversations.replies", channel=channel, ts="1700000000.000001")
    dpo = talk.say("users.lookupByEmail", email="dpo@example.com", note=lambda a: a["user"]["name"])["user"]["id"]
    talk.say("users.lookupByEmail", email="nobody@example.com")
    talk.say("users.info", user=dpo, note=lambda a: a["user"]["real_name"])
    talk.say("users.info", user="U0NOBODY")
    direct = talk.say("conversations.open", users=dpo, note=lambda a: a["channel"]["id"][0])["channel"]["id"]
    talk.say("chat.postMessage", channel=direct, text="For you", note=lambda a: a["channel"] == direct)
    talk.say("chat.postMessage", channel=channel, text="x", blocks="no json")
    return talk.heard


DIFFERS = {
    # Slack documents thread_not_found; the emulator answers with no messages.
    ("conversations.replies", "thread_not_found", ""),
    # Slack documents invalid_blocks_format for what is no JSON, and invalid_blocks for JSON that breaks the rules.
    ("chat.postMessage", "invalid_blocks_format", "invalid_blocks"),
}
"""(method, what the stand-in says, what the emulator says), each with the reason."""


def test_both_slacks_hold_the_same_conversation(first: WebClient, second: WebClient) -> None:
    ours, theirs = hold(first), hold(second)

    differences = {
        (method, mine, other) for (method, mine), (_, other) in zip(ours, theirs, strict=True) if mine != other
    }
    assert differences == DIFFERS


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every different message of dispatch's unit tests (of the hostile ones, one batch)."""
    file = tmp_path_factory.mktemp("messages") / "messages.jsonl"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.local.recording", "-k", MOST]
    command.append("services/dispatch/tests/unit")
    env = os.environ | {"RECORD_MESSAGES": str(file)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    found = [json.loads(line) for line in sorted(set(file.read_text().splitlines()))]
    assert len(found) > 100
    return found


def test_every_message_of_dispatchs_tests_is_within_slacks_limits(
    messages: list[dict[str, Any]], rules_dir: Path
) -> None:
    """By the stand-in's own table, and by what slack-sdk's models check."""
    space = Workspace(rules_dir, bot_token="t", signing_secret="s", extra_channels=())
    for message in messages:
        taken = methods.answer("chat.postMessage", methods.Call(space, {"channel": "#engineering", **message}, ""))
        assert taken["message"]["text"] == message["text"]
        for block in Block.parse_all(message["blocks"]):
            block.to_dict()  # raises when one of slack-sdk's own limits is broken


def test_the_second_slack_keeps_them_as_they_are(messages: list[dict[str, Any]], second: WebClient) -> None:
    """Every one of them, by turns from several tokens."""
    channel = next(c["id"] for c in second.conversations_list()["channels"] if c["name"] == "finance")
    bots = cycle([WebClient(token, base_url=second.base_url) for token in TOKENS])
    for message, bot in zip(messages, bots, strict=False):
        kept = bot.chat_postMessage(channel=channel, **message)["message"]
        assert (kept["text"], kept["blocks"]) == (message["text"], message["blocks"])

"""The page behind a mail's link, and the buttons' door: nothing changes but by a person's own POST."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from services.dispatch import handler
from services.dispatch.adapters import aws
from services.dispatch.domain.inbox import links
from services.dispatch.handler import wiring
from services.dispatch.settings import Settings
from shared.testing.abuse import Request, abuses, odd_paths

ONE = "T-000000000001"
SECRETS = {"link": "link-secret", "sign": "sign-secret", "token": "xoxb"}


class Snapshot:
    def __init__(self, dispatch: Any) -> None:
        self._dispatch = dispatch

    def get(self) -> Any:
        return self._dispatch.rules


class Site:
    """The HTTP side, over a dispatch in memory."""

    def __init__(self, dispatch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dispatch, self.asked = dispatch, []
        settings = Settings(
            stage="test",
            bus_name="b",
            rules_bucket="r",
            table_name="t",
            slack_bot_token_name="token",
            slack_signing_secret_name="sign",
            link_secret_name="link",
            mail_from="r@example.com",
            team_mail_domains="example.com",
            api_id="abc",
            api_url_template="https://{api_id}.example",
        )
        monkeypatch.setattr(wiring, "settings", lambda: settings)
        monkeypatch.setattr(wiring, "hand_offs", lambda: dispatch.log)
        monkeypatch.setattr(wiring, "rules", lambda: Snapshot(dispatch))
        monkeypatch.setattr(wiring, "bus", lambda: dispatch.bus)
        monkeypatch.setattr(wiring, "utc_now", lambda: dispatch.now)
        monkeypatch.setattr(aws, "stored_secret", SECRETS.__getitem__)
        monkeypatch.setattr(aws, "ask_to_show", lambda _, ticket_id, **tell: self.asked.append((ticket_id, tell)))

    def link(self, inbox: str = "privacy@example.com") -> str:
        return wiring.link(self.dispatch.log.get(ONE), inbox).rpartition("/")[2]

    def open(self, token: str, method: str = "GET", body: str = "", encoded: bool = False) -> dict[str, Any]:
        sent = base64.b64encode(body.encode()).decode() if encoded else body
        return handler.mail_actions(
            {
                "pathParameters": {"token": token},
                "requestContext": {"http": {"method": method}},
                "body": sent,
                "isBase64Encoded": encoded,
            },
            None,  # type: ignore[arg-type]
        )

    def send_off(self, token: str, do: str, name: str = "Dana") -> dict[str, Any]:
        self.dispatch.tick(seconds=5)
        return self.open(token, "POST", urlencode({"do": do, "name": name}))


@pytest.fixture
def site(dispatch: Any, make: Any, monkeypatch: pytest.MonkeyPatch) -> Site:
    dispatch.decide(make.decided(kind="priority", team="privacy", topic="privacy", subject="Delete <b>my</b> data"))
    return Site(dispatch, monkeypatch)


def before(site: Site) -> Any:
    return site.dispatch.log.get(ONE)


def test_get_shows_and_changes_nothing(site: Site) -> None:
    known, token = before(site), site.link()
    for method in ("GET", "HEAD", "OPTIONS"):
        answer = site.open(token, method)
        assert answer["statusCode"] == 200
    assert "Delete &lt;b&gt;my&lt;/b&gt; data" in answer["body"]
    assert "finance" in answer["body"]
    assert "default-src 'none'" in answer["headers"]["content-security-policy"]
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    assert before(site) == known


@pytest.mark.parametrize("encoded", [False, True])
def test_a_persons_post_reassigns(site: Site, encoded: bool) -> None:
    token = site.link()
    body = urlencode({"do": "reassign:finance|billing", "name": "Dana"})
    answer = site.open(token, "POST", body, encoded)
    assert answer["statusCode"] == 200
    assert "Dana moved it to finance, about billing" in answer["body"]
    done = before(site).corrections[-1]
    assert (done.after.team, done.corrected_by.id, done.corrected_by.name) == ("finance", "privacy@example.com", "Dana")


def test_take_by_mail_shows_in_the_lists(site: Site) -> None:
    assert "You have taken it" in site.send_off(site.link(), "take")["body"]
    assert before(site).taken_by.name == "Dana"
    assert site.asked == [(ONE, {})]


def test_whoever_comes_second_is_told_who_was_first(site: Site) -> None:
    token = site.link()
    site.send_off(token, "take")
    answer = site.send_off(token, "take", name="Eve")
    assert answer["statusCode"] == 409
    assert "Dana has already taken it. Nothing was changed." in answer["body"]
    assert "You have taken it" in site.send_off(token, "take")["body"]  # the same click twice


def test_a_replayed_post_changes_nothing(site: Site) -> None:
    token = site.link()
    site.send_off(token, "reassign:finance|billing")
    known = before(site)
    answer = site.send_off(token, "reassign:support|login")
    assert answer["statusCode"] == 409
    assert "Dana moved it to finance" in answer["body"]
    assert before(site) == known


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"do": "take"}, 400),  # nobody signed
        ({"name": "Bot"}, 400),  # nothing chosen
        ({"do": "", "name": "Bot"}, 400),
        ({"do": "reassign:nowhere|", "name": "Bot"}, 400),
        ({"do": "not_a_copy", "name": "Bot"}, 400),
        ({"do": "drop table", "name": "Bot"}, 400),
        ({"do": "take", "name": "x" * 81}, 400),
    ],
)
def test_a_scanner_that_presses_the_button_changes_nothing(site: Site, form: dict[str, str], status: int) -> None:
    known, token = before(site), site.link()
    assert site.open(token, "POST", urlencode(form))["statusCode"] == status
    assert before(site) == known


def test_tampered_links_do_not_open(site: Site) -> None:
    token = site.link()
    body, _, signature = token.partition(".")
    other = links.sign(links.Pass(ONE, 0, "x@example.com", 4_000_000_000), "another secret")
    for bad in ("", ".", body, f"{body}.", f"{body}x.{signature}", f"{body}.{signature[:-2]}", other, "é" + token):
        assert site.open(bad)["statusCode"] == 403
        assert site.open(bad, "POST", "do=take&name=x")["statusCode"] == 403


def test_an_expired_link_says_so(site: Site) -> None:
    token = site.link()
    site.dispatch.tick(days=15)
    assert site.open(token)["statusCode"] == 410
    assert site.open(token, "POST", "do=take&name=x")["statusCode"] == 410


def test_a_link_of_before_the_move_shows_who_moved_it(site: Site) -> None:
    token = site.link()
    site.dispatch.correct("reassign", ONE, "finance|billing")
    answer = site.open(token)
    assert answer["statusCode"] == 409
    assert "Lena moved it to finance" in answer["body"]
    assert "<form" not in answer["body"]


def test_the_link_of_before_leads_on_while_the_ticket_is_still_here(site: Site) -> None:
    """A mail stays as it was sent: after a bump or a split its link must not be a dead end."""
    token = site.link()
    answer = site.send_off(token, "bump")
    onward = answer["body"].split('href="')[1].split('"')[0]
    assert f'href="{onward}"' in site.open(token)["body"]
    assert "Dana bumped it" in site.open(onward)["body"]
    assert "You have taken it" in site.send_off(onward, "take")["body"]
    assert "Dana has taken it, 2026-11-23 08:5" in site.open(onward)["body"]
    site.dispatch.settle(ONE)
    site.send_off(onward, "reassign:finance|billing", name="Ben")
    site.dispatch.settle(ONE)
    for old in (token, onward):
        assert site.open(old)["statusCode"] == 409
        assert "href=" not in site.open(old)["body"]


def test_a_link_that_leads_on_lives_no_longer(site: Site) -> None:
    token = site.link()
    onward = site.send_off(token, "bump")["body"].split('href="')[1].split('"')[0]
    site.dispatch.tick(days=14)
    assert site.open(onward)["statusCode"] == 410


# --- Slack's door ---


def signed(body: str, *, secret: str = "sign-secret", ago: float = 0, encoded: bool = False) -> dict[str, Any]:
    at = str(int(time.time() - ago))
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    sent = base64.b64encode(body.encode()).decode() if encoded else body
    headers = {"X-Slack-Request-Timestamp": at, "x-slack-signature": f"v0={digest}"}
    return {"body": sent, "headers": headers, "isBase64Encoded": encoded}


def press(action_id: str, value: str = "", revision: int = 0, **more: Any) -> str:
    payload = {
        "type": "block_actions",
        "user": {"id": "U0FINLEAD", "name": "ben"},
        "channel": {"id": "C1"},
        "actions": [{"action_id": action_id, "block_id": f"{ONE}.{revision}", "value": value}],
        **more,
    }
    return "payload=" + quote(json.dumps(payload))


@pytest.mark.parametrize("encoded", [False, True])
def test_a_signed_press_is_done(site: Site, encoded: bool) -> None:
    answer = handler.slack_actions(signed(press("reassign.2", "finance|billing"), encoded=encoded), None)
    assert answer["statusCode"] == 200
    assert before(site).move.team == "finance"
    assert before(site).corrections[0].corrected_by.name == "ben"


@pytest.mark.parametrize(
    "request_",
    [
        lambda: signed(press("take"), secret="wrong"),
        lambda: signed(press("take"), ago=301),
        lambda: signed(press("take"), ago=-400),
        lambda: {"body": press("take"), "headers": {}},
        lambda: {"body": press("take"), "headers": {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=0"}},
    ],
    ids=["wrong secret", "stale", "from the future", "no headers", "no time"],
)
def test_an_unsigned_or_stale_press_is_refused(site: Site, request_: Callable[[], dict[str, Any]]) -> None:
    known = before(site)
    assert handler.slack_actions(request_(), None)["statusCode"] == 401
    assert before(site) == known


@pytest.mark.parametrize(
    "body",
    [
        "",
        "payload=",
        "payload=%7B",
        "payload=[]",
        "nothing=1",
        press("reassign", ""),
        press("take", user={}),
        "payload="
        + quote('{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"take","block_id":"?"}]}'),
        "payload=" + quote('{"type":"block_actions","user":{"id":"U1"}}'),
        "payload=" + quote('{"type":"block_actions","user":"U1","actions":[]}'),
        "payload=" + quote('{"type":7}'),
        press("take", channel="C1"),
        press("take", container=[]),
        press("reassign", actions=[{"action_id": "reassign", "block_id": f"{ONE}.0", "selected_option": "x"}]),
        press("take", actions=[{"action_id": "take", "block_id": f"{ONE}.{10**30}"}]),
        "payload=%FF%FE",
    ],
)
def test_a_broken_press_names_what_is_wrong(site: Site, body: str) -> None:
    answer = handler.slack_actions(signed(body), None)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["field"]


def test_who_comes_second_is_told(site: Site) -> None:
    site.dispatch.correct("reassign", ONE, "finance|billing")
    handler.slack_actions(signed(press("reassign", "support|login")), None)
    assert site.asked == [
        (ONE, {"channel": "C1", "user": "U0FINLEAD", "text": "Lena has already moved it to finance, about billing"})
    ]


def test_a_yes_to_learnings_question_is_recorded_and_a_second_one_told(site: Site) -> None:
    site.dispatch.correct("reassign", ONE, "finance|billing")
    button = {"action_id": "confirm", "block_id": f"{ONE}.1.question", "value": ONE}
    for _ in range(2):
        assert handler.slack_actions(signed(press("", actions=[button])), None)["statusCode"] == 200
    assert [done.corrected_by.name for done in before(site).corrections] == ["Lena", "ben"]
    told = {"channel": "C1", "user": "U0FINLEAD", "text": "You have already answered that billing is right"}
    assert site.asked == [(ONE, told)]


def test_a_press_needs_no_more_than_slack_must_send(site: Site) -> None:
    least = {"user": {"id": "U0FINLEAD"}, "channel": None, "actions": [{"action_id": "take", "block_id": f"{ONE}.0"}]}
    assert handler.slack_actions(signed(press("take", **least)), None)["statusCode"] == 200
    assert before(site).taken_by.id == "U0FINLEAD"


@pytest.mark.parametrize("kind", ["view_submission", "view_closed", "shortcut", "message_action", ""])
def test_other_interactions_are_acknowledged(site: Site, kind: str) -> None:
    known = before(site)
    assert handler.slack_actions(signed(press("take", type=kind)), None)["statusCode"] == 200
    assert before(site) == known


@pytest.mark.parametrize("action", ["view", "unknown", ""])
def test_what_slack_sends_for_others_is_acknowledged(site: Site, action: str) -> None:
    known = before(site)
    assert handler.slack_actions(signed(press(action)), None)["statusCode"] == 200
    assert before(site) == known


# --- abuse, down to the byte ---


def slack_signature(raw: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    digest = hmac.new(b"sign-secret", f"v0:{at}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}"}


@pytest.mark.parametrize(
    ("stamp", "signature"),
    [
        ("now", "v0=é"),
        ("now", "v0=\ud800"),
        ("now", ""),
        ("²", "v0=0"),
        ("٣", "v0=0"),
        ("9" * 400, "v0=0"),
        ("-1", "v0=0"),
        ("1e9", "v0=0"),
        ("", "v0=0"),
    ],
)
def test_a_header_that_slack_never_writes_is_refused(site: Site, stamp: str, signature: str) -> None:
    at = str(int(time.time())) if stamp == "now" else stamp
    request = {"body": "x", "headers": {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}}
    assert handler.slack_actions(request, None)["statusCode"] == 401


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"payload=\xff", "payload={}".encode("utf-16"), b"\x00" * 100])
def test_a_signed_body_that_is_no_utf_8_is_refused(site: Site, raw: bytes) -> None:
    request = Request("POST", "/slack/actions", slack_signature(raw), raw)
    assert handler.slack_actions(request.event(), None)["statusCode"] == 400


@pytest.mark.parametrize("seed", [1, 2])
def test_no_request_to_slack_s_door_is_an_error_of_ours(site: Site, seed: int, capsys: Any) -> None:
    statuses = set()
    for request in abuses(
        seed=seed,
        number=500,
        method="POST",
        paths=("/slack/actions",),
        good=press("take").encode(),
        kinds=("application/x-www-form-urlencoded",),
        sign=slack_signature,
    ):
        answer = handler.slack_actions(request.event(), None)
        statuses.add(answer["statusCode"])
        json.dumps(answer).encode()
    assert statuses == {200, 400, 401}
    assert '"ERROR"' not in capsys.readouterr().out


@pytest.mark.parametrize("seed", [1, 2])
def test_no_request_to_a_mail_s_link_is_an_error_of_ours(site: Site, seed: int, capsys: Any) -> None:
    statuses = set()
    good = b"do=take&name=Dana"
    paths = odd_paths(seed=seed, number=300, prefix="", good=site.link())
    bodies = abuses(seed=seed, number=300, method="POST", paths=("/",), good=b'{"a": "b"}', kinds=("x",))
    for token, request in zip(paths, bodies, strict=True):
        for sent in (request, Request("POST", "/", {}, good), Request("GET", "/", {}, b"")):
            event = {**sent.event(), "pathParameters": {"token": token}}
            answer = handler.mail_actions(event, None)
            statuses.add(answer["statusCode"])
            answer["body"].encode()
    assert statuses <= {200, 400, 403, 404, 409, 410}
    assert {200, 403} <= statuses
    assert '"ERROR"' not in capsys.readouterr().out

"""The Slack app: its token, its scopes, the channels and the people that the Sheet names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from cli.doctor.patient import Finding, Patient

SCOPES = (
    "channels:history", "channels:read", "chat:write", "files:write", "groups:history", "groups:read", "pins:write",
    "users:read", "users:read.email",
)  # fmt: skip
"""What dispatch and learning call needs (Slack's page of each method names its scopes)."""
_TIMEOUT_S = 10


def slack(patient: Patient) -> Iterator[Finding]:
    """Who we are there, and whether every channel and person of the Sheet can be reached."""
    token = patient.secret("slack-bot-token")
    if not token:
        return  # the check of the secrets says so
    client = WebClient(token=token, base_url=patient.settings.slack_api_url, timeout=_TIMEOUT_S)
    try:
        yield from _app(client)
        if patient.rules:
            yield from _channels(client, patient)
            yield from _people(client, patient)
    except SlackApiError as error:
        yield _refused(error, patient)
    except OSError as error:
        yield Finding("Slack", "unknown", f"does not answer: {error}", "Look at your network, or status.slack.com.")


def _refused(error: SlackApiError, patient: Patient) -> Finding:
    said = str(error.response.get("error"))
    if said in ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"):
        cure = f"Copy the bot token of your app, then {patient.init} --replace slack-bot-token"
        return Finding("Slack", "fail", f"refuses the bot token ({said})", cure)
    if said == "missing_scope":
        return _lacking([str(error.response.get("needed"))])
    return Finding("Slack", "unknown", f"answered {said}", "Try again; if it stays, look at the app's page.")


def _app(client: WebClient) -> Iterator[Finding]:
    answer = client.auth_test()
    said = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), None)
    who = f"signed in to {answer['team']} as {answer['user']}"
    if said is None:
        yield Finding("Slack", "unknown", f"{who}; it does not say which scopes the token has")
        return
    lacking = sorted(set(SCOPES) - {scope.strip() for scope in str(said).split(",")})
    yield _lacking(lacking) if lacking else Finding("Slack", "ok", f"{who}, with every scope")


def _lacking(scopes: list[str]) -> Finding:
    cure = "api.slack.com → your app → OAuth & Permissions: add them, then Reinstall to Workspace."
    return Finding("Slack", "fail", f"the app lacks {', '.join(scopes)}", cure)


def _channels(client: WebClient, patient: Patient) -> Iterator[Finding]:
    assert patient.rules
    there = {key: channel for channel in _all_channels(client) for key in (channel["name"], channel["id"])}
    wanted = [(team.channel, f"team {team.name}") for team in patient.rules.teams if team.channel]
    if patient.settings.managers_channel:
        wanted.append((patient.settings.managers_channel, "managers_channel in the stage file"))
    if patient.rules.shadow_channel:
        wanted.append((patient.rules.shadow_channel, "shadow channel in the Doc"))
    fine = 0
    for name, whose in wanted:
        channel = there.get(name.lstrip("#"))
        shown = f"#{name.lstrip('#')} ({whose})"
        if channel is None:
            cure = "Make it, or correct the name; the bot sees a private channel only from inside: /invite it there."
            yield Finding("Slack channels", "fail", f"there is no {shown}", cure)
        elif channel.get("is_archived"):
            yield Finding("Slack channels", "fail", f"{shown} is archived", "Unarchive it, or name another.")
        elif not channel.get("is_member"):
            yield Finding("Slack channels", "fail", f"the bot is not in {shown}", "Type /invite @Ticket Router there.")
        else:
            fine += 1
    if fine == len(wanted):
        yield Finding("Slack channels", "ok", f"the bot is in all {fine}")


def _all_channels(client: WebClient) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = client.conversations_list(types="public_channel,private_channel", limit=200, cursor=cursor or None)
        yield from page["channels"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _people(client: WebClient, patient: Patient) -> Iterator[Finding]:
    assert patient.rules
    named: dict[str, str] = {}
    for team in patient.rules.teams:
        for role, who in (("lead", team.lead), ("manager", team.manager), ("on call", team.on_call)):
            if who:
                named.setdefault(who, f"{role} of {team.name}")
    unknown = [(who, role) for who, role in named.items() if not _is_there(client, who)]
    for who, role in unknown:
        cure = "Write the member id of a person who is there (Slack: profile → ⋮ → Copy member ID), or their address."
        yield Finding("Slack people", "fail", f"nobody is {who} ({role})", cure)
    if not unknown:
        yield Finding("Slack people", "ok", f"all {len(named)} leads and managers are there")


def _is_there(client: WebClient, who: str) -> bool:
    try:
        found = client.users_lookupByEmail(email=who) if "@" in who else client.users_info(user=who)
    except SlackApiError as error:
        if error.response.get("error") in ("users_not_found", "user_not_found", "user_not_visible"):
            return False
        raise
    return not found["user"].get("deleted", False)

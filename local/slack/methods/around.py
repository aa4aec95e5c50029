"""What stands around messages: pins, reactions, people, files, modals."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from local.slack import blocks as block_kit
from local.slack.directory import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Channel
from local.slack.methods.call import NO_MORE, Call
from local.slack.workspace import File, Message, SlackError, Workspace, parsed

PINS = 100
"""Slack: the most pins a channel holds."""
TRIGGER_SECONDS = 3.0
"""Slack: how long a trigger id opens a modal."""
_TS = re.compile(r"\d{9,}\.\d{6}")


def add_pin(call: Call) -> dict[str, Any]:
    """pins.add."""
    channel, message = _pinnable(call)
    if channel.is_pinned(message.ts):
        raise SlackError("already_pinned")
    if len(channel.pins) >= PINS:
        raise SlackError("too_many_pins")
    call.space.pin(channel, message.ts)
    return {}


def remove_pin(call: Call) -> dict[str, Any]:
    """pins.remove."""
    channel, message = _pinnable(call)
    if not channel.is_pinned(message.ts):
        raise SlackError("no_pin")
    call.space.unpin(channel, message.ts)
    return {}


def pins(call: Call) -> dict[str, Any]:
    """pins.list, newest pin first."""
    channel = call.channel()
    return {
        "items": [
            {
                "type": "message",
                "channel": channel.id,
                "message": message.as_slack(),
                "created": int(pinned),
                "created_by": BOT_USER,
            }
            for ts, pinned in reversed(channel.pins)
            if (message := call.space.message(channel, ts))
        ]
    }


def _pinnable(call: Call) -> tuple[Channel, Message]:
    channel = call.channel(member=True)
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    if not _TS.fullmatch(call.text("timestamp")):
        raise SlackError("bad_timestamp")
    return channel, call.message(channel, "timestamp")


def react(call: Call) -> dict[str, Any]:
    """reactions.add."""
    message = call.message(call.channel(), "timestamp")
    name = call.text("name").strip(":")
    if not name:
        raise SlackError("invalid_name")
    users = message.reactions.setdefault(name, [])
    if BOT_USER in users:
        raise SlackError("already_reacted")
    users.append(BOT_USER)
    call.space.changed()
    return {}


def who_am_i(call: Call) -> dict[str, Any]:
    """auth.test."""
    return {
        "url": call.base_url,
        "team": "Local workspace",
        "team_id": TEAM_ID,
        "user": "ticket-router",
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
    }


def users(call: Call) -> dict[str, Any]:
    """users.list."""
    return {"members": [user.as_slack() for user in call.space.directory.users.values()], **NO_MORE}


def user_info(call: Call) -> dict[str, Any]:
    """users.info."""
    user = call.space.directory.users.get(call.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.as_slack()}


def user_by_email(call: Call) -> dict[str, Any]:
    """users.lookupByEmail."""
    email = call.text("email").casefold()
    user = next((user for user in call.space.directory.users.values() if email and user.email == email), None)
    if user is None:
        raise SlackError("users_not_found")
    return {"user": user.as_slack()}


def upload_url(call: Call) -> dict[str, Any]:
    """files.getUploadURLExternal."""
    name, length = call.text("filename"), call.text("length")
    if not name or not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments")
    file = File("F" + secrets.token_hex(5).upper(), name, int(length))
    call.space.files[file.id] = file
    return {"upload_url": f"{call.base_url}upload/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> dict[str, Any]:
    """files.completeUploadExternal: with a channel, the files are shared there (in a thread, when one is named)."""
    listed = parsed(call.args.get("files") or [], error="invalid_arguments")
    found = [call.space.files.get(str(item.get("id"))) for item in listed]
    files = [file for file in found if file and file.content]
    if not files or len(files) != len(listed):
        raise SlackError("file_not_found")
    for file, item in zip(files, listed, strict=True):
        file.title, file.shared = str(item.get("title") or file.name), bool(call.text("channel_id"))
    if call.text("channel_id"):
        _share(call, files)
    return {"files": [file.as_slack(call.base_url) for file in files]}


def delete_file(call: Call) -> dict[str, Any]:
    """files.delete: it goes from every message that shares it; a message that was only the file goes with it."""
    if call.space.files.pop(call.text("file"), None) is None:
        raise SlackError("file_not_found")
    call.space.unshare(call.text("file"))
    return {}


def _share(call: Call, files: list[File]) -> None:
    channel = call.channel(member=True, argument="channel_id")
    thread_ts = call.text("thread_ts") or None
    if thread_ts and not call.space.message(channel, thread_ts):
        raise SlackError("thread_not_found")
    call.space.post(
        Message(
            channel=channel.id,
            ts=call.space.next_ts(),
            user=BOT_USER,
            text=call.text("initial_comment"),
            thread_ts=thread_ts,
            files=[file.id for file in files],
        )
    )


def open_view(call: Call) -> dict[str, Any]:
    """views.open, with the trigger id of an interaction that is no older than three seconds."""
    user, given = call.space.triggers.pop(call.text("trigger_id"), ("", 0.0))
    if not user:
        raise SlackError("exchanged_trigger_id" if call.text("trigger_id") else "invalid_arguments")
    if time.monotonic() - given > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    return {"view": show_view(call.space, parsed(call.args.get("view"), error="invalid_arguments"), user=user)}


def show_view(space: Workspace, view: Any, *, user: str, replacing: str | None = None) -> dict[str, Any]:
    """Open a modal for a user, or put another in the place of an open one. Raises SlackError when it is wrong."""
    if problems := block_kit.view_faults(view):
        raise SlackError("invalid_arguments", response_metadata={"messages": problems})
    view_id = replacing or "V" + secrets.token_hex(5).upper()
    blocks = [{"block_id": secrets.token_hex(3), **block} for block in view["blocks"]]
    space.views[view_id] = {
        "callback_id": "", "private_metadata": "", **view, "id": view_id, "blocks": blocks, "team_id": TEAM_ID,
        "app_id": APP_ID, "bot_id": BOT_ID, "hash": secrets.token_hex(6), "state": {"values": {}}, "user": user,
    }  # fmt: skip
    space.changed()
    return space.views[view_id]

"""conversations.*: channels, their history, direct conversations."""

from __future__ import annotations

from typing import Any

from local.slack.directory import BOT_USER, Channel
from local.slack.methods.call import NO_MORE, Call
from local.slack.workspace import Message, SlackError


def every(call: Call) -> dict[str, Any]:
    """conversations.list."""
    kinds = (call.text("types") or "public_channel").split(",")
    found = call.space.directory.channels.values()
    page, more = call.page([c for c in found if ("im" if c.user else "public_channel") in kinds], most=1000)
    return {"channels": [channel.as_slack() for channel in page], **more}


def info(call: Call) -> dict[str, Any]:
    """conversations.info."""
    return {"channel": call.channel().as_slack()}


def members(call: Call) -> dict[str, Any]:
    """conversations.members."""
    return {"members": sorted(call.channel().members), **NO_MORE}


def join(call: Call) -> dict[str, Any]:
    """conversations.join."""
    channel = call.channel()
    channel.members.add(BOT_USER)
    return {"channel": channel.as_slack()}


def open_direct(call: Call) -> dict[str, Any]:
    """conversations.open, with one person."""
    users = [user for user in call.text("users").split(",") if user]
    if len(users) != 1:
        raise SlackError("not_enough_users" if users else "users_list_not_supplied")
    if users[0] not in call.space.directory.users:
        raise SlackError("user_not_found")
    return {"channel": call.space.directory.open_direct(users[0]).as_slack()}


def history(call: Call) -> dict[str, Any]:
    """conversations.history: newest first, without the replies in threads."""
    channel = call.channel(member=True)
    shown = [m for m in reversed(call.space.timeline(channel)) if not m.only_for and _within(m.ts, call)]
    return _messages(call, channel, shown)


def replies(call: Call) -> dict[str, Any]:
    """conversations.replies: the first message, then its replies, oldest first."""
    channel = call.channel(member=True)
    parent = call.space.message(channel, call.text("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    answers = [message for message in call.space.thread(channel, parent.ts) if _within(message.ts, call)]
    return _messages(call, channel, [parent, *answers])


def _messages(call: Call, channel: Channel, messages: list[Message]) -> dict[str, Any]:
    page, more = call.page(messages, most=999)
    with_metadata = call.flag("include_all_metadata")
    shown = [_shown(call, channel, message, with_metadata=with_metadata) for message in page]
    return {"messages": shown, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def _shown(call: Call, channel: Channel, message: Message, *, with_metadata: bool) -> dict[str, Any]:
    shown = message.as_slack(with_metadata=with_metadata)
    if answers := call.space.thread(channel, message.ts):
        shown |= {"thread_ts": message.ts, "reply_count": len(answers), "latest_reply": answers[-1].ts}
    if message.files:
        shown["files"] = [call.space.files[file].as_slack(call.base_url) for file in message.files]
    if channel.is_pinned(message.ts):
        shown["pinned_to"] = [channel.id]
    return shown


def _within(ts: str, call: Call) -> bool:
    oldest, at, latest = float(call.text("oldest") or 0), float(ts), float(call.text("latest") or "inf")
    return oldest <= at <= latest if call.flag("inclusive") else oldest < at < latest

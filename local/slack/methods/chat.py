"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from local.slack import blocks as block_kit
from local.slack.directory import BOT_USER, Channel
from local.slack.methods.call import Call
from local.slack.workspace import Message, SlackError, parsed

TEXT_CHARS = 40_000
"""chat.postMessage: the longest ``text``. (Slack may cut it instead of refusing it: we refuse.)"""
UPDATE_TEXT_BYTES = 4_000
"""chat.update: the longest ``text``, counted in UTF-8 bytes after ``& < >`` are escaped."""
BLOCKS_CHARS = 13_000
"""Slack refuses a message whose blocks hold more text than about this, whatever each block allows."""
METADATA_CHARS = 16_000
ATTACHMENTS = 100


def post(call: Call) -> dict[str, Any]:
    """chat.postMessage."""
    channel = call.channel(by_name=True, member=True)
    message = call.space.post(_message(call, channel, text_fits=_fits_post))
    return {"channel": channel.id, "ts": message.ts, "message": message.as_slack()}


def post_ephemeral(call: Call) -> dict[str, Any]:
    """chat.postEphemeral."""
    channel = call.channel(by_name=True, member=True)
    if call.text("user") not in call.space.directory.users:
        raise SlackError("user_not_found")
    message = _message(call, channel, text_fits=_fits_post)
    message.only_for = call.text("user")
    return {"message_ts": call.space.post(message).ts}


def update(call: Call) -> dict[str, Any]:
    """chat.update. What is not given stays, except that ``text`` alone removes the blocks."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != BOT_USER:
        raise SlackError("cant_update_message")
    new = _message(call, channel, text_fits=_fits_update)
    if "text" in call.args or "blocks" in call.args:
        message.text, message.blocks = new.text, new.blocks
    if "attachments" in call.args:
        message.attachments = new.attachments
    if new.metadata is not None:
        message.metadata = new.metadata
    message.edited = call.space.next_ts()
    call.space.changed()
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_slack()}


def delete(call: Call) -> dict[str, Any]:
    """chat.delete."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != BOT_USER:
        raise SlackError("cant_delete_message")
    call.space.delete(channel, message.ts)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> dict[str, Any]:
    """chat.getPermalink."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    link = f"{call.base_url}archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _message(call: Call, channel: Channel, *, text_fits: Callable[[str], bool]) -> Message:
    text = call.text("text")
    blocks = parsed(call.args.get("blocks") or [], error="invalid_blocks_format")
    attachments = parsed(call.args.get("attachments") or [], error="invalid_attachments")
    thread_ts = call.text("thread_ts") or None
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if not text_fits(text):
        raise SlackError("msg_too_long")
    _check_blocks(blocks)
    if not isinstance(attachments, list) or len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        _check_blocks(attachment.get("blocks") or [])
    if thread_ts and not call.space.message(channel, thread_ts):
        raise SlackError("thread_not_found")
    return Message(
        channel=channel.id,
        ts=call.space.next_ts(),
        user=BOT_USER,
        text=text,
        blocks=[{"block_id": secrets.token_hex(3), **block} for block in blocks],
        attachments=attachments,
        metadata=_metadata(call.args.get("metadata")),
        thread_ts=thread_ts,
        broadcast=call.flag("reply_broadcast"),
    )


def _fits_post(text: str) -> bool:
    return len(text) <= TEXT_CHARS


def _fits_update(text: str) -> bool:
    return len(text.encode()) <= UPDATE_TEXT_BYTES


def _check_blocks(blocks: Any) -> None:
    if problems := block_kit.faults(blocks):
        raise SlackError("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    if _letters(blocks) > BLOCKS_CHARS:
        raise SlackError("msg_blocks_too_long")


def _letters(node: Any) -> int:
    if isinstance(node, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _letters(v) for k, v in node.items())
    return sum(map(_letters, node)) if isinstance(node, list) else 0


def _metadata(given: Any) -> dict[str, Any] | None:
    if given is None:
        return None
    metadata = parsed(given, error="invalid_metadata_format")
    if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= metadata.keys():
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_CHARS:
        raise SlackError("metadata_too_large")
    return metadata

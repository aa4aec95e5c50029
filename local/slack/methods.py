"""Slack's Web API, method by method: each takes a call's arguments and answers as Slack would, or raises SlackError.

Facts: Slack's method reference. What is not enforced: scopes, enterprise grids, archived channels.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from local.slack import blocks as block_kit
from local.slack.directory import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Channel
from local.slack.workspace import File, Message, SlackError, Workspace, parsed

Arguments = dict[str, Any]

TEXT_CHARS = 40_000
"""chat.postMessage: the longest ``text``."""
UPDATE_TEXT_BYTES = 4_000
"""chat.update: the longest ``text``, counted in UTF-8 bytes after ``& < >`` are escaped."""
BLOCKS_CHARS = 13_000
"""Slack refuses a message whose blocks hold more text than about this, whatever each block allows."""
PINS = 100
ATTACHMENTS = 100
TRIGGER_SECONDS = 3.0
_TS = re.compile(r"\d{9,}\.\d{6}")


class Methods:
    """The Web API over a workspace. ``call`` is the door."""

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace
        self._methods: dict[str, Callable[[Arguments, str], dict[str, Any]]] = {
            "api.test": lambda args, _: {"args": args},
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "conversations.list": self._list,
            "conversations.info": lambda args, _: {"channel": self._channel(args).as_slack()},
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.join": self._join,
            "conversations.members": lambda args, _: {"members": sorted(self._channel(args).members), **_NO_MORE},
            "conversations.open": self._open,
            "pins.add": self._pin,
            "pins.remove": self._unpin,
            "pins.list": self._pins,
            "users.list": lambda _a, _b: {
                "members": [u.as_slack() for u in self._space.directory.users.values()],
                **_NO_MORE,
            },
            "users.info": self._user_info,
            "users.lookupByEmail": self._user_by_email,
            "reactions.add": self._react,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._complete_upload,
            "views.open": self._open_view,
        }

    def __contains__(self, method: object) -> bool:
        return method in self._methods

    def call(self, method: str, args: Arguments, *, base_url: str) -> dict[str, Any]:
        """The answer to a call, without ``ok``. ``base_url`` is this server's own, ending in a slash."""
        if method not in self._methods:
            raise SlackError("unknown_method", req_method=method)
        return self._methods[method](args, base_url)

    # --- chat -----------------------------------------------------------------------------------

    def _post(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args, by_name=True, member=True)
        message = self._message(args, channel, text_fits=_fits_post)
        self._space.post(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.as_slack()}

    def _post_ephemeral(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args, by_name=True, member=True)
        user = str(args.get("user", ""))
        if user not in self._space.directory.users:
            raise SlackError("user_not_found")
        message = self._message(args, channel, text_fits=_fits_post)
        message.only_for = user
        self._space.post(message)
        return {"message_ts": message.ts}

    def _update(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args)
        message = self._space.message(channel, str(args.get("ts", "")))
        if message is None or message.only_for:
            raise SlackError("message_not_found")
        if message.user != BOT_USER:
            raise SlackError("cant_update_message")
        new = self._message(args, channel, text_fits=_fits_update)
        if "text" in args or "blocks" in args:
            message.text, message.blocks = new.text, new.blocks
        if "attachments" in args:
            message.attachments = new.attachments
        if args.get("metadata") is not None:
            message.metadata = new.metadata
        message.edited = self._space.next_ts()
        self._space.changed()
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_slack()}

    def _delete(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args)
        message = self._found(channel, args.get("ts"))
        if message.user != BOT_USER:
            raise SlackError("cant_delete_message")
        self._space.delete(channel, message.ts)
        return {"channel": channel.id, "ts": message.ts}

    def _permalink(self, args: Arguments, base: str) -> dict[str, Any]:
        channel = self._channel(args)
        message = self._found(channel, args.get("message_ts"))
        return {"channel": channel.id, "permalink": f"{base}archives/{channel.id}/p{message.ts.replace('.', '')}"}

    def _message(self, args: Arguments, channel: Channel, *, text_fits: Callable[[str], bool]) -> Message:
        text = str(args.get("text") or "")
        blocks = parsed(args.get("blocks") or [], error="invalid_blocks_format")
        attachments = parsed(args.get("attachments") or [], error="invalid_attachments")
        thread_ts = args.get("thread_ts")
        if not text.strip() and not blocks and not attachments:
            raise SlackError("no_text")
        if not text_fits(text):
            raise SlackError("msg_too_long")
        _check_blocks(blocks)
        if not isinstance(attachments, list) or len(attachments) > ATTACHMENTS:
            raise SlackError("too_many_attachments")
        for attachment in attachments:
            _check_blocks(attachment.get("blocks") or [])
        if thread_ts and not self._space.message(channel, str(thread_ts)):
            raise SlackError("thread_not_found")
        return Message(
            channel=channel.id,
            ts=self._space.next_ts(),
            user=BOT_USER,
            text=text,
            blocks=[{"block_id": secrets.token_hex(3), **block} for block in blocks],
            attachments=attachments,
            metadata=_metadata(args.get("metadata")),
            thread_ts=str(thread_ts) if thread_ts else None,
            broadcast=_true(args.get("reply_broadcast")),
            unfurl=_true(args.get("unfurl_links", True)),
        )

    # --- conversations --------------------------------------------------------------------------

    def _list(self, args: Arguments, _base: str) -> dict[str, Any]:
        kinds = str(args.get("types") or "public_channel").split(",")
        channels = [
            c for c in self._space.directory.channels.values() if ("im" if c.user else "public_channel") in kinds
        ]
        page, more = _page(channels, args, most=1000, default=100)
        return {"channels": [channel.as_slack() for channel in page], **more}

    def _history(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args, member=True)
        newest_first = [m for m in reversed(self._space.timeline(channel)) if not m.only_for and _within(m.ts, args)]
        return self._messages(newest_first, args, channel)

    def _replies(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args, member=True)
        parent = self._space.message(channel, str(args.get("ts", "")))
        if parent is None:
            raise SlackError("thread_not_found")
        replies = [m for m in self._space.thread(channel, parent.ts) if _within(m.ts, args)]
        return self._messages([parent, *replies], args, channel)

    def _messages(self, messages: list[Message], args: Arguments, channel: Channel) -> dict[str, Any]:
        page, more = _page(messages, args, most=999, default=100)
        with_metadata = _true(args.get("include_all_metadata"))
        shown = []
        for message in page:
            replies = self._space.thread(channel, message.ts)
            extra: dict[str, Any] = {}
            if replies:
                extra = {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
            if message.ts in [ts for ts, _ in channel.pins]:
                extra["pinned_to"] = [channel.id]
            shown.append(message.as_slack(with_metadata=with_metadata) | extra)
        return {"messages": shown, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}

    def _join(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args)
        channel.members.add(BOT_USER)
        return {"channel": channel.as_slack()}

    def _open(self, args: Arguments, _base: str) -> dict[str, Any]:
        users = [user for user in str(args.get("users") or "").split(",") if user]
        if len(users) != 1:
            raise SlackError("users_list_not_supplied" if not users else "not_enough_users")
        if users[0] not in self._space.directory.users:
            raise SlackError("user_not_found")
        return {"channel": self._space.directory.open_direct(users[0]).as_slack()}

    # --- pins, reactions, users -----------------------------------------------------------------

    def _pin(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel, message = self._pinnable(args)
        if message.ts in [ts for ts, _ in channel.pins]:
            raise SlackError("already_pinned")
        if len(channel.pins) >= PINS:
            raise SlackError("too_many_pins")
        self._space.pin(channel, message.ts)
        return {}

    def _unpin(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel, message = self._pinnable(args)
        if message.ts not in [ts for ts, _ in channel.pins]:
            raise SlackError("no_pin")
        self._space.unpin(channel, message.ts)
        return {}

    def _pinnable(self, args: Arguments) -> tuple[Channel, Message]:
        channel = self._channel(args, member=True)
        timestamp = str(args.get("timestamp") or "")
        if not timestamp:
            raise SlackError("no_item_specified")
        if not _TS.fullmatch(timestamp):
            raise SlackError("bad_timestamp")
        return channel, self._found(channel, timestamp)

    def _pins(self, args: Arguments, _base: str) -> dict[str, Any]:
        channel = self._channel(args)
        items = []
        for ts, pinned in reversed(channel.pins):
            message = self._found(channel, ts).as_slack()
            items.append(
                {
                    "type": "message",
                    "channel": channel.id,
                    "message": message,
                    "created": int(pinned),
                    "created_by": BOT_USER,
                }
            )
        return {"items": items}

    def _react(self, args: Arguments, _base: str) -> dict[str, Any]:
        message = self._found(self._channel(args), args.get("timestamp"))
        name = str(args.get("name") or "").strip(":")
        if not name:
            raise SlackError("invalid_name")
        users = message.reactions.setdefault(name, [])
        if BOT_USER in users:
            raise SlackError("already_reacted")
        users.append(BOT_USER)
        self._space.changed()
        return {}

    def _auth_test(self, _args: Arguments, base: str) -> dict[str, Any]:
        return {
            "url": base,
            "team": "Local workspace",
            "team_id": TEAM_ID,
            "user": "ticket-router",
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "app_id": APP_ID,
        }

    def _user_info(self, args: Arguments, _base: str) -> dict[str, Any]:
        user = self._space.directory.users.get(str(args.get("user", "")))
        if user is None:
            raise SlackError("user_not_found")
        return {"user": user.as_slack()}

    def _user_by_email(self, args: Arguments, _base: str) -> dict[str, Any]:
        email = str(args.get("email") or "").casefold()
        user = next((u for u in self._space.directory.users.values() if email and u.email == email), None)
        if user is None:
            raise SlackError("users_not_found")
        return {"user": user.as_slack()}

    # --- files and views ------------------------------------------------------------------------

    def _upload_url(self, args: Arguments, base: str) -> dict[str, Any]:
        try:
            name, length = str(args["filename"]), int(args["length"])
        except (KeyError, ValueError) as fault:
            raise SlackError("invalid_arguments") from fault
        if length <= 0:
            raise SlackError("invalid_arguments")
        file = File("F" + secrets.token_hex(5).upper(), name, length)
        self._space.files[file.id] = file
        return {"upload_url": f"{base}upload/{file.id}", "file_id": file.id}

    def _complete_upload(self, args: Arguments, base: str) -> dict[str, Any]:
        listed = parsed(args.get("files") or [], error="invalid_arguments")
        found = [self._space.files.get(str(item.get("id"))) for item in listed]
        files = [file for file in found if file and file.content]
        if not files or len(files) != len(listed):
            raise SlackError("file_not_found")
        for file, item in zip(files, listed, strict=True):
            file.title, file.shared = str(item.get("title") or file.name), bool(args.get("channel_id"))
        if args.get("channel_id"):
            channel = self._channel({"channel": args["channel_id"]}, member=True)
            thread_ts = args.get("thread_ts")
            if thread_ts and not self._space.message(channel, str(thread_ts)):
                raise SlackError("thread_not_found")
            self._space.post(
                Message(
                    channel=channel.id,
                    ts=self._space.next_ts(),
                    user=BOT_USER,
                    text=str(args.get("initial_comment") or ""),
                    thread_ts=str(thread_ts) if thread_ts else None,
                    files=[file.id for file in files],
                )
            )
        return {"files": [file.as_slack(base) for file in files]}

    def _open_view(self, args: Arguments, _base: str) -> dict[str, Any]:
        user, given = self._space.triggers.pop(str(args.get("trigger_id") or ""), ("", 0.0))
        if not user:
            raise SlackError("exchanged_trigger_id" if args.get("trigger_id") else "invalid_arguments")
        if time.monotonic() - given > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        return {"view": self.show_view(parsed(args.get("view"), error="invalid_arguments"), user=user)}

    def show_view(self, view: Any, *, user: str, replacing: str | None = None) -> dict[str, Any]:
        """Open a modal for a user, or put another in the place of an open one. Raises SlackError when it is wrong."""
        if problems := block_kit.view_faults(view):
            raise SlackError("invalid_arguments", response_metadata={"messages": problems})
        view_id = replacing or "V" + secrets.token_hex(5).upper()
        blocks = [{"block_id": secrets.token_hex(3), **block} for block in view["blocks"]]
        opened = {
            "callback_id": "", "private_metadata": "", **view, "id": view_id, "blocks": blocks, "team_id": TEAM_ID,
            "app_id": APP_ID, "bot_id": BOT_ID, "hash": secrets.token_hex(6), "state": {"values": {}}, "user": user,
        }  # fmt: skip
        self._space.views[view_id] = opened
        self._space.changed()
        return opened

    # --- finding --------------------------------------------------------------------------------

    def _channel(self, args: Arguments, *, by_name: bool = False, member: bool = False) -> Channel:
        channel = self._space.directory.channel(str(args.get("channel") or ""), by_name=by_name)
        if channel is None:
            raise SlackError("channel_not_found")
        if member and BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def _found(self, channel: Channel, ts: Any) -> Message:
        message = self._space.message(channel, str(ts or ""))
        if message is None or message.only_for:
            raise SlackError("message_not_found")
        return message


_NO_MORE: dict[str, Any] = {"response_metadata": {"next_cursor": ""}}


def _true(value: Any) -> bool:
    return value in (True, 1, "1", "true", "True")


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
    if len(str(metadata)) > 16_000:
        raise SlackError("metadata_too_large")
    return metadata


def _within(ts: str, args: Arguments) -> bool:
    oldest, latest, inclusive = args.get("oldest") or 0, args.get("latest") or "inf", _true(args.get("inclusive"))
    at = float(ts)
    if inclusive:
        return float(oldest) <= at <= float(latest)
    return float(oldest) < at < float(latest)


def _page(items: list[Any], args: Arguments, *, most: int, default: int) -> tuple[list[Any], dict[str, Any]]:
    try:
        start, limit = int(args.get("cursor") or 0), int(args.get("limit") or default)
    except ValueError as fault:
        raise SlackError("invalid_cursor") from fault
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    following = start + limit
    return items[start:following], {
        "response_metadata": {"next_cursor": str(following) if following < len(items) else ""}
    }

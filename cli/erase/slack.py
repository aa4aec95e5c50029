"""Slack: every channel that the bot is in is read through; messages and files of ours go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from cli.erase.found import Found, Seen
from cli.erase.who import TICKET, Traces, lines_with, strings

_TIMEOUT_S = 15
_RETRIES = 20
"""Slack takes about fifty of these calls a minute (tier 3) and says how long to wait."""
_PAGE = 200
_GONE = {"message_not_found", "thread_not_found", "file_not_found", "file_deleted"}
_ERASED = "(erased)"


class Slack:
    """One workspace, seen with the bot's own token: what others wrote, it cannot delete."""

    name = "Slack"

    def __init__(self, *, token: str, url: str) -> None:
        self._client = WebClient(token=token, base_url=url, timeout=_TIMEOUT_S)
        self._client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=_RETRIES))

    def find(self, traces: Traces, seen: Seen) -> Iterator[Found]:
        """Messages that name the customer or a ticket of theirs, and all that lies in such a ticket's thread."""
        me = self._client.auth_test()["user_id"]
        for channel in self._pages("conversations_list", "channels", types="public_channel,private_channel"):
            if channel.get("is_member"):
                for message in self._pages("conversations_history", "messages", channel=channel["id"], **_METADATA):
                    seen(f"#{channel['name']}")
                    yield from self._of(message, channel, me, traces)

    def erase(self, found: Sequence[Found]) -> None:
        """Delete files, then replies, then the messages; of a list or a report only the part that names them."""
        for one in sorted(found, key=lambda one: one.key["is_root"]):
            for file in one.key["files"]:
                self._unless_gone("files_delete", file=file)
            where = {"channel": one.key["channel"], "ts": one.key["ts"]}
            if one.rest:
                self._unless_gone("chat_update", **where, **one.rest)
            else:
                self._unless_gone("chat_delete", **where)

    def _of(self, message: dict[str, Any], channel: dict[str, Any], me: str, traces: Traces) -> Iterator[Found]:
        said = "\n".join(strings(message))
        theirs = said in traces
        shared = theirs and not _is_theirs_alone(said, traces)
        if message.get("reply_count") and ((theirs and not shared) or traces.has_part_in(said)):
            thread = self._pages(
                "conversations_replies", "messages", channel=channel["id"], ts=message["ts"], **_METADATA
            )
            for reply in thread:
                words = "\n".join(strings(reply))
                if reply["ts"] != message["ts"] and ((theirs and not shared) or words in traces):
                    yield _found(reply, channel, me, "a reply in a thread", is_root=False)
        if theirs:
            what = "a list or report that names them" if shared else "a message"
            found = _found(message, channel, me, what, is_root=True)
            if shared:
                found = replace(found, rest=_without(message, traces), content=lines_with(message, traces))
            yield found

    def _pages(self, method: str, items: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            answer = getattr(self._client, method)(limit=_PAGE, cursor=cursor or None, **arguments)
            yield from answer[items]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _unless_gone(self, method: str, **arguments: Any) -> None:
        try:
            getattr(self._client, method)(**arguments)
        except SlackApiError as error:
            if error.response.get("error") not in _GONE:
                raise


_METADATA = {"include_all_metadata": True}


def _found(message: dict[str, Any], channel: dict[str, Any], me: str, what: str, *, is_root: bool) -> Found:
    ours = message.get("user") == me
    by_hand = "" if ours else "a person wrote it: they, or an owner of the workspace, can delete it"
    files = [file["id"] for file in message.get("files") or [] if file.get("user", me) == me]
    key = {"channel": channel["id"], "ts": message["ts"], "files": files, "is_root": is_root}
    more = f" with {len(files)} file(s)" if files else ""
    return Found(f"{what}{more}", f"#{channel['name']}", key, by_hand=by_hand, content=message)


def _is_theirs_alone(said: str, traces: Traces) -> bool:
    """Whether a message is about tickets of theirs and nobody else's."""
    return set(TICKET.findall(said)) <= traces.tickets | traces.who.tickets | traces.roots


def _without(message: dict[str, Any], traces: Traces) -> dict[str, Any]:
    """What a message says without the blocks, or else the lines, that name the customer."""
    kept = [block for one in message.get("blocks") or [] if (block := _less(one, traces))]
    text = message.get("text") or ""
    return {"text": _ERASED if text in traces else text or _ERASED, "blocks": kept}


def _less(block: dict[str, Any], traces: Traces) -> dict[str, Any] | None:
    if not any(text in traces for text in strings(block)):
        return block
    whole = (block.get("text") or {}).get("text") if block.get("type") == "section" else None
    lines = [line for line in str(whole or "").split("\n") if line not in traces]
    if not whole or not lines or len(lines) == len(whole.split("\n")):
        return None
    left: dict[str, Any] = json.loads(json.dumps(block))
    left["text"]["text"] = "\n".join(lines)
    return left if not any(text in traces for text in strings(left)) else None

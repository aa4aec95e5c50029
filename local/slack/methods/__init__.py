"""Slack's Web API, method by method: each takes a call and answers as Slack would, or raises SlackError.

Facts: Slack's method reference. What is not enforced: scopes, enterprise grids, archived channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.slack.methods import around, chat, conversations
from local.slack.methods.call import Call
from local.slack.workspace import SlackError

_METHODS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "api.test": lambda call: {"args": call.args},
    "auth.test": around.who_am_i,
    "chat.postMessage": chat.post,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.permalink,
    "conversations.list": conversations.every,
    "conversations.info": conversations.info,
    "conversations.history": conversations.history,
    "conversations.replies": conversations.replies,
    "conversations.join": conversations.join,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "pins.add": around.add_pin,
    "pins.remove": around.remove_pin,
    "pins.list": around.pins,
    "users.list": around.users,
    "users.info": around.user_info,
    "users.lookupByEmail": around.user_by_email,
    "reactions.add": around.react,
    "files.getUploadURLExternal": around.upload_url,
    "files.completeUploadExternal": around.complete_upload,
    "files.delete": around.delete_file,
    "views.open": around.open_view,
}


def answer(method: str, call: Call) -> dict[str, Any]:
    """The answer to a call, without ``ok``. Raises SlackError for what Slack would refuse."""
    if method not in _METHODS:
        raise SlackError("unknown_method", req_method=method)
    return _METHODS[method](call)


__all__ = ["Call", "answer"]

"""People pressing things: in the pages, in the demo, in tests."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.slack.api import base_of
from local.slack.directory import BOT_USER, Channel, User
from local.slack.interactions import Interactions, find_element, find_option
from local.slack.workspace import SlackError, Workspace


class Presses:
    """Turns a press into the signed interaction that Slack would send."""

    def __init__(self, workspace: Workspace) -> None:
        self._space, self._interactions = workspace, Interactions(workspace)

    async def press(self, request: Request) -> Response:
        """``{channel, ts, action_id, block_id?, value? | selected_option?, user?}``: press it as that user.

        ``channel`` is an id or a name; ``selected_option`` an option object or its value.
        """
        given = await request.json()
        try:
            channel = self._space.directory.channel(str(given.get("channel")), by_name=True)
            message = self._space.message(channel, str(given.get("ts"))) if channel else None
            if channel is None or message is None:
                return _refused("There is no such message.")
            element = find_element(message, str(given.get("action_id")), str(given.get("block_id") or ""))
            if element is None:
                return _refused("The message has no such button or menu.")
            chosen = given.get("selected_option") or given.get("value")
            if "options" in element or "option_groups" in element:
                chosen = find_option(element, chosen.get("value", "") if isinstance(chosen, dict) else str(chosen))
                if chosen is None:
                    return _refused("The menu has no such option.")
            answer = await self._interactions.press(
                channel=channel, message=message, element=element, chosen=chosen,
                user=self._presser(given, channel), base_url=base_of(request) + "/",
            )  # fmt: skip
        except SlackError as error:
            return _refused(str(error.more.get("detail") or error.error))
        return JSONResponse(answer.as_dict(), 200 if answer.status == 200 else 502)

    async def submit(self, request: Request) -> Response:
        """``{view_id, values, user?}``: submit a modal. ``values`` are ``{block_id: {action_id: value}}``."""
        given = await request.json()
        view = self._space.views.get(str(given.get("view_id")))
        if view is None:
            return _refused("That window is not open any more.")
        try:
            values = _filled(view, given.get("values") or {})
            answer, told = await self._interactions.submit(
                view=view, values=values, user=self._space.directory.users[view["user"]]
            )
        except SlackError as error:
            return _refused(str(error.more.get("detail") or error.error))
        return JSONResponse(answer.as_dict() | {"response": told}, 200 if answer.status == 200 else 502)

    async def dismiss(self, request: Request) -> Response:
        """``{view_id}``: close a modal without submitting it."""
        self._space.views.pop(str((await request.json()).get("view_id")), None)
        self._space.changed()
        return JSONResponse({"ok": True})

    def _presser(self, given: dict[str, Any], channel: Channel) -> User:
        users = self._space.directory.users
        if user := users.get(str(given.get("user") or "")):
            return user
        people = [users[member] for member in sorted(channel.members) if member != BOT_USER] or [
            user for user in users.values() if not user.is_bot
        ]
        leads = [user for user in people if user.name.endswith("-lead")]
        return (leads or people)[0]


def _refused(problem: str) -> Response:
    return JSONResponse({"ok": False, "error": problem}, 400)


def _filled(view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The ``state.values`` of a submission: each input's value in the shape its element has."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        element = block.get("element") if block.get("type") == "input" else block.get("accessory")
        if not element or "action_id" not in element:
            continue
        given = (values.get(block["block_id"]) or {}).get(element["action_id"])
        filled: dict[str, Any] = {"type": element["type"]}
        if "options" in element or "option_groups" in element:
            filled["selected_option"] = find_option(element, str(given)) if given else None
        elif element["type"].endswith("s_select"):
            filled[f"selected_{element['type'].removesuffix('s_select')}"] = given
        else:
            filled["value"] = given
        state.setdefault(block["block_id"], {})[element["action_id"]] = filled
    return state

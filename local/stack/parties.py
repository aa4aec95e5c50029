"""The outside parties: mail, Slack, Drive and the model, each a stand-in here unless the person chose a real one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette

from local import drive, reader, slack
from local.stack.aws import LocalAws
from local.stack.choices import Choices
from local.stack.endpoints import Endpoints
from local.stack.hosting import address, listener, serving
from local.stack.seed import Secrets


class Parties(contextlib.AbstractContextManager["Parties"]):
    """Their addresses, known from the start: the sockets are bound before anything is told about them."""

    rules_folder_id = drive.FOLDER_ID

    def __init__(self, choices: Choices, secrets: Secrets, rules: Path) -> None:
        self._choices, self._secrets, self._rules = choices, secrets, rules
        self._slack, self._drive, self._reader, self._desk = (listener() for _ in range(4))
        self._mail, self._smtp = listener(), listener()

    def __exit__(self, *_: object) -> None:
        for listening in (self._slack, self._drive, self._reader, self._desk, self._mail, self._smtp):
            listening.close()

    @property
    def slack_api_url(self) -> str:
        return self._choices.slack_api_url or f"http://{address(self._slack)}/api/"

    @property
    def drive_url(self) -> str:
        return f"http://{address(self._drive)}"

    @property
    def model_url(self) -> str:
        return self._choices.model_url or f"http://{address(self._reader)}"

    @property
    def desk_url(self) -> str:
        return f"http://{address(self._desk)}"

    @property
    def smtp(self) -> str:
        return address(self._smtp)

    @property
    def mail_sink(self) -> str:
        return address(self._smtp)

    @property
    def outbox_url(self) -> str:
        return f"http://{address(self._mail)}/outbox"

    @contextlib.asynccontextmanager
    async def serving_before_deploy(self, aws: LocalAws) -> AsyncIterator[None]:
        """Those that a deployed service may call at once."""
        async with contextlib.AsyncExitStack() as held:
            await held.enter_async_context(serving(drive.create_app(self._rules), self._drive))
            if not self._choices.model_url:
                await held.enter_async_context(serving(reader.create_app(), self._reader))
                held.callback(asyncio.create_task(asyncio.to_thread(reader.warm_up)).cancel)
            yield

    @contextlib.asynccontextmanager
    async def serving_after_deploy(self, aws: LocalAws, endpoints: Endpoints) -> AsyncIterator[None]:
        """Those that call the deployed services."""
        async with contextlib.AsyncExitStack() as held:
            if not self._choices.slack_api_url:
                app = slack.create_app(
                    rules_dir=self._rules,
                    bot_token=self._secrets.slack_bot_token,
                    signing_secret=self._secrets.slack_signing_secret,
                )
                app.state.slack.actions_url = endpoints.slack_actions_url
                await held.enter_async_context(serving(app, self._slack))
            await held.enter_async_context(serving(Starlette(), self._desk))
            yield

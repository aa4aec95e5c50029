"""The outside parties: mail, Slack, Drive and the model, each a stand-in here unless the person chose a real one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

import boto3
from starlette.applications import Starlette
from starlette.types import ASGIApp

from cli import stack as cli
from local import desk, drive, mail, reader, slack
from local.stack.aws import ROOT_KEYS, LocalAws
from local.stack.choices import MAIL_BUCKET, SUPPORT_ADDRESS, Choices
from local.stack.endpoints import Endpoints
from local.stack.hosting import address, listener, serving
from local.stack.seed import Secrets
from services.classifier.domain.models import DEFAULT, OFFLINE


class Parties(contextlib.AbstractAsyncContextManager["Parties"]):
    """Their addresses, known from the start: the sockets are bound before anybody is told about them."""

    rules_folder_id = drive.FOLDER_ID

    def __init__(self, choices: Choices, secrets: Secrets, rules: Path) -> None:
        self._choices, self._rules = choices, rules
        self._slack, self._drive, self._reader, self._desk, self._mail = (listener() for _ in range(5))
        self._mail_in, self._mail_out = listener(), listener()
        self._outbox = mail.Outbox()
        self._mail_pages = mail.create_app(outbox=self._outbox, rules_dir=rules)
        self._slack_app = None if choices.slack_api_url else _slack(secrets, rules)
        self._held = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Parties:
        sockets = (self._slack, self._drive, self._reader, self._desk, self._mail, self._mail_in, self._mail_out)
        for listening in sockets:
            self._held.callback(listening.close)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._held.aclose()

    async def open(self, aws: LocalAws) -> None:
        """Start those that a deployed service may call at once, and those that only need the local AWS."""
        await self._serve(drive.create_app(self._rules), self._drive)
        await self._serve(self._mail_pages, self._mail)
        inbound = mail.Inbound(support_address=SUPPORT_ADDRESS, s3=aws.client("s3"), bucket=MAIL_BUCKET)
        self._held.callback((await mail.listen(inbound, self._mail_in)).close)
        self._held.callback((await mail.listen(self._outbox, self._mail_out)).close)
        if self._slack_app:
            await self._serve(self._slack_app, self._slack)
        if not self._choices.model_url:
            await self._serve(reader.create_app(), self._reader)
            warming = asyncio.create_task(asyncio.to_thread(reader.warm_up))
            self._held.callback(warming.cancel)

    async def open_to_people(self, endpoints: Endpoints) -> None:
        """Connect Slack's buttons and start the Desk: they call what has been deployed by now."""
        if self._slack_app:
            self._slack_app.state.slack.actions_url = endpoints.slack_actions_url
        session = boto3.Session(**ROOT_KEYS, region_name=endpoints.aws_region)
        app = desk.create_app(
            endpoints=endpoints.model_dump(),
            rules_dir=self._rules,
            log=desk.StackLog(cli.Stack(endpoints.stage, session, endpoints.aws_endpoint_url)),
            slack=self._slack_app,
            mail=self._mail_pages,
        )
        await self._serve(app, self._desk)

    @property
    def slack_api_url(self) -> str:
        """Ends in a slash, as slack-sdk wants it."""
        return self._choices.slack_api_url or f"http://{address(self._slack)}/api/"

    @property
    def drive_url(self) -> str:
        """Google's root."""
        return f"http://{address(self._drive)}"

    @property
    def model_url(self) -> str:
        """An OpenAI-compatible base URL."""
        return self._choices.model_url or f"http://{address(self._reader)}/v1"

    @property
    def model_id(self) -> str:
        """The id the classifier calls it by: the stand-in must not be taken for the model it stands for."""
        return self._choices.model_id or (DEFAULT if self._choices.model_url else OFFLINE)

    @property
    def desk_url(self) -> str:
        """The page a newcomer sees."""
        return f"http://{address(self._desk)}"

    @property
    def outbox_url(self) -> str:
        """A JSON list of the mails sent to inboxes."""
        return f"http://{address(self._mail)}/outbox"

    @property
    def smtp(self) -> str:
        """``host:port`` where customers' mail goes."""
        return address(self._mail_in)

    @property
    def mail_sink(self) -> str:
        """``host:port`` where the local AWS's SES hands its mail over."""
        return address(self._mail_out)

    async def _serve(self, app: ASGIApp, listening: socket.socket) -> None:
        await self._held.enter_async_context(serving(app, listening))


def _slack(secrets: Secrets, rules: Path) -> Starlette:
    return slack.create_app(
        rules_dir=rules,
        bot_token=secrets.slack_bot_token,
        signing_secret=secrets.slack_signing_secret,
        limits=slack.RateLimits(reads=False),
    )

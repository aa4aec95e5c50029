"""The outside parties: mail, Slack, Drive and the model, each a stand-in here unless the person chose a real one."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from pathlib import Path

import boto3
from starlette.applications import Starlette
from starlette.types import ASGIApp

from cli import stack as cli
from local import desk, drive, mail, reader, slack
from local.gateway.app import create_app as gateway
from local.gateway.endpoint import Endpoint
from local.gateway.probe import Found
from local.stack.aws import ROOT_KEYS, LocalAws
from local.stack.choices import MAIL_BUCKET, SUPPORT_ADDRESS, Choices
from local.stack.endpoints import Endpoints
from local.stack.hosting import address, listener, serving
from local.stack.seed import Secrets
from services.classifier.domain.models import OFFLINE


class Parties(contextlib.AbstractAsyncContextManager["Parties"]):
    """Their addresses, known from the start: the sockets are bound before anybody is told about them."""

    rules_folder_id = drive.FOLDER_ID

    def __init__(self, choices: Choices, secrets: Secrets, rules: Path, model: Found | None) -> None:
        self._choices, self._rules, self._model = choices, rules, model
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
        if self._model and self._model.way and self._choices.model_url:
            # It gives up just before the classifier does, so that the classifier learns why.
            seconds = max(self._choices.model_timeout_s - 0.5, self._choices.model_timeout_s / 2)
            endpoint = Endpoint(self._choices.model_url, timeout_s=seconds, key=self._choices.model_key)
            served = gateway(endpoint, model=self._model.model, way=self._model.way)
            await self._serve(served, self._reader)
        else:
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
        """An OpenAI-compatible base URL: the stand-in's, or that of the gateway to the chosen model."""
        return f"http://{address(self._reader)}/v1"

    @property
    def model_id(self) -> str:
        """The id the classifier calls it by, as far as it can stand in an address: its calibration goes by it."""
        if self._model is None:
            return self._choices.model_id or OFFLINE
        return re.sub(r"[^\w.:-]+", "-", self._model.model.rpartition("/")[2])

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

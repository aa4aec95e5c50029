"""One emulator for all the tests of this folder, and in it what the compiled templates say."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

import boto3
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from local.stack.aws import LocalAws
from tests.localstack import apart, engine
from tests.localstack.lab import Lab
from tests.localstack.templates import compiled, prepare

CANNOT = pytest.StashKey[str]()
ANSWERED = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Go apart while this process has one thread; whoever talks to somebody else's emulator stays."""
    ours = engine.NAME == "localstack" and not engine.given() and not engine.docker_daemon()
    config.stash[CANNOT] = engine.missing() if ours else ""
    if ours and not config.stash[CANNOT] and all("localstack" in argument for argument in config.args):
        prepare()
        apart.enter()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which emulator answered, or why none did."""
    stash = terminalreporter.config.stash
    terminalreporter.write_line(stash.get(ANSWERED, "") or f"Skipped: {stash.get(CANNOT, '')}")


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """An event loop in a thread of its own."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture(scope="session")
def ministack(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """MiniStack, which alone can answer for a model."""
    with portal.wrap_async_context_manager(engine.ministack(tmp_path_factory.mktemp("ministack"))) as answering:
        yield answering


@pytest.fixture(scope="session")
def emulator(
    request: pytest.FixtureRequest, portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[engine.Emulator]:
    """What answers, with every boto3 client of this process pointed at it by pytest-localstack."""
    if reason := request.config.stash[CANNOT]:
        pytest.skip(reason)
    with contextlib.ExitStack() as held:
        if engine.NAME == "aws":
            chosen = engine.aws()
        elif engine.NAME == "ministack":
            held.enter_context(mock.patch.dict(os.environ, engine.CREDENTIALS))
            chosen = held.enter_context(engine.on_ministack(request.getfixturevalue("ministack")))
        else:
            held.enter_context(mock.patch.dict(os.environ, engine.CREDENTIALS))
            chosen = held.enter_context(engine.localstack(portal, tmp_path_factory.mktemp("localstack")))
        held.enter_context(mock.patch.dict(os.environ, chosen.environment))
        if chosen.session:
            held.enter_context(chosen.session.botocore.patch_botocore())
        request.config.stash[ANSWERED] = f"Answered by {chosen.name} {chosen.version}"
        yield chosen


@pytest.fixture(scope="session")
def lab(emulator: engine.Emulator) -> Iterator[Lab]:
    """Bus, rules, queues, policies, tables and buckets."""
    account = boto3.client("sts").get_caller_identity()["Account"]
    url = emulator.session.endpoint_url("sts") if emulator.session else "https://sts.amazonaws.com"
    with Lab(compiled(url), account).made() as made:
        yield made


class House:
    """The environment of a service's function, as its template says."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @contextlib.contextmanager
    def of(self, service: str, function: str = "inbox", **instead: str) -> Iterator[Mapping[str, str]]:
        """Have the function's environment for as long as the block lasts."""
        environment = self._lab.environment(service, function) | instead
        with mock.patch.dict(os.environ, environment):
            yield environment


@pytest.fixture(scope="session")
def house(lab: Lab) -> House:
    """Environments by service."""
    return House(lab)


@pytest.fixture
def rules_folder() -> Path:
    """The sample rules."""
    return Path(__file__).resolve().parents[2] / "rules"

"""What the suites that need a deployed stack share: one stack for all of them, reached only from outside."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.demo.send import Sender
from local.demo.watch import Watch
from local.stack.apart import running_apart
from local.stack.choices import ROOT
from local.stack.endpoints import Endpoints


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """A running stack: the one in LOCAL_DIR when there is one, else one of our own with its own copy of the rules."""
    running = Path(os.environ["LOCAL_DIR"]) / "endpoints.json" if os.environ.get("LOCAL_DIR") else None
    if running and running.exists():
        yield Endpoints.read(running)
        return
    rules = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(ROOT / "rules", rules)
    with running_apart(tmp_path_factory.mktemp("stack"), RULES_DIR=str(rules)) as stack:
        os.environ["LOCAL_DIR"] = str(stack.folder)
        yield stack.endpoints
        del os.environ["LOCAL_DIR"]


@pytest.fixture(scope="session")
def watch(endpoints: Endpoints) -> Watch:
    """Looks at the stack from outside."""
    return Watch(endpoints)


@pytest.fixture(scope="session")
def send(endpoints: Endpoints) -> Sender:
    """Sends tickets to the stack."""
    return Sender(endpoints)


@pytest.fixture
def customer() -> Callable[..., str]:
    """An address nobody has written from before."""

    def address(domain: str = "") -> str:
        name = uuid.uuid4().hex[:10]
        return f"{name}@{domain or f'{name}.example'}"

    return address

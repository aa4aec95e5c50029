"""The stand-ins on real sockets, each in a thread of its own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from local.stack.hosting import address, listener

TEAMS = """team,slack channel,inbox,lead,manager
engineering,#engineering,engineering@example.com,U0ENGLEAD,U0ENGMANAGER
finance,#finance,finance@example.com,fin@example.com,U0FINMANAGER
privacy,,privacy@example.com,dpo@example.com,
triage,#triage,triage@example.com,U0SUPLEAD,U0ENGMANAGER
"""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The app's URL, without a slash at the end, for as long as the block lasts."""
    listening = listener()
    server = _Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://{address(listening)}"
    finally:
        server.should_exit = True
        thread.join(5)
        listening.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Starlette], str]]:
    """Serve an app until the test ends."""
    with contextlib.ExitStack() as held:
        yield lambda app: held.enter_context(serving(app))


@pytest.fixture
def rules_dir(tmp_path: Path) -> Path:
    """A rules folder of our own."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "teams.csv").write_text(TEAMS)
    (folder / "topics.csv").write_text("topic,what it covers,team\noutage,down,engineering\nbilling,invoices,finance\n")
    (folder / "guide.md").write_text("# Guide\n\n## Urgent words\n\ndown\n")
    return folder

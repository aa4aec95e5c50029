"""The stand-ins' web servers: all in the runner's own event loop, on ports the kernel picked."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the runner."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listener() -> socket.socket:
    """A loopback socket on a free port. It queues callers from now on, so its address may be given away at once."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    listening.setblocking(False)
    return listening


def address(listening: socket.socket) -> str:
    """``127.0.0.1:port`` of a listener."""
    host, port = listening.getsockname()
    return f"{host}:{port}"


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve the app on the socket until the block ends. A stream still open then is cut after a second."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if task.done():
            await task
            raise RuntimeError(f"{app} did not start")
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task

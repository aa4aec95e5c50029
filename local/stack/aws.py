"""The local AWS: one MiniStack process of our own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.stack.child import running
from local.stack.choices import ACCOUNT, REGION, ROOT, Choices

MINISTACK = ROOT / ".aws-python" / "bin" / "ministack"
START_S = 60.0
"""Seconds a start may take on a slow machine; one second is usual."""
DELETE_S = 3.0
"""Seconds the end waits for the deletion: every copy of a function has unpacked its zip, tens of thousands of files."""
_PASSED_ON = ("HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "LANG", "LC_ALL", "TZ")


ROOT_KEYS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
"""The local account's root credentials, which no service has."""


@dataclass(frozen=True)
class LocalAws:
    """Where the local AWS answers."""

    url: str

    def client(self, service: str) -> Any:
        """A boto3 client with the root credentials of the local account."""
        # A new function's first call waits for its cold start.
        config = Config(retries={"max_attempts": 2}, read_timeout=70)
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, config=config, **ROOT_KEYS)


@contextlib.asynccontextmanager
async def local_aws(choices: Choices, *, smtp: str, model_url: str, model_timeout_s: float) -> AsyncIterator[LocalAws]:
    """Start MiniStack with IAM on and a clean environment; end it, Lambda workers included, on leaving."""
    port, nonce = free_port(), secrets.token_hex(8)
    left_over = list((choices.folder / "tmp").glob("*"))
    scratch = choices.folder / "tmp" / nonce
    scratch.mkdir(parents=True)
    _delete(left_over)
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    env = {
        **passed_on,
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "NO_PROXY": "127.0.0.1,localhost",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        # Said back by the health page: how we know that the one who answers is the one we started.
        "MINISTACK_EDITION": nonce,
        "SMTP_HOST": smtp,
        # MiniStack appends /v1/chat/completions itself.
        "MINISTACK_BEDROCK_PROXY_URL": model_url.removesuffix("/v1"),
        # Longer than whoever asks waits, so that an answer that comes is one that somebody hears.
        "MINISTACK_BEDROCK_PROXY_TIMEOUT_SECONDS": str(model_timeout_s + 5),
        "LAMBDA_WARM_TTL_SECONDS": "3600",
    }
    log = choices.logs / "aws.log"
    try:
        async with running([MINISTACK], log=log, env=env, cwd=scratch) as process:
            aws = LocalAws(f"http://127.0.0.1:{port}")
            await _answers(aws, nonce, process, log)
            yield aws
    finally:
        await asyncio.get_running_loop().run_in_executor(None, _delete([scratch]).join, DELETE_S)


def _delete(folders: list[Path]) -> threading.Thread:
    """Delete in the background. What is not done when we end, the next start does."""

    def work() -> None:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


async def _answers(aws: LocalAws, nonce: str, process: asyncio.subprocess.Process, log: Path) -> None:
    async with asyncio.timeout(START_S):
        while process.returncode is None:
            with contextlib.suppress(urllib.error.URLError, OSError, ValueError):
                if (await asyncio.to_thread(_health, aws.url)).get("edition") == nonce:
                    return
            await asyncio.sleep(0.05)
    raise RuntimeError(f"The local AWS ended at once with code {process.returncode}: see {log}")


def _health(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2) as answer:
        health: dict[str, Any] = json.load(answer)
        return health


def free_port() -> int:
    """A loopback port nobody uses now. Another may take it before we do: whoever answers is asked for its name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""Programs the runner starts: each behind a guard, so that none outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


@contextlib.asynccontextmanager
async def running(
    program: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program with its output in ``log``; on leaving, end it and everything it started."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            # -I: nothing in the environment of the program may change how the guard runs.
            *(sys.executable, "-I", str(GUARD), *map(str, program)),
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def run(program: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path) -> int:
    """Run a program to its end; answer its exit code."""
    async with running(program, log=log, env=env, cwd=cwd) as process:
        return await process.wait()


def without_aws() -> dict[str, str]:
    """Our own environment without anything that points at a real AWS account.

    The rest stays: proxies and package indexes are the machine's business.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}

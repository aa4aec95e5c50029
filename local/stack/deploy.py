"""Deploys the six unmodified stacks to the local AWS with the Serverless Framework (osls), as on the real one.

Each is its own ``osls deploy`` process. ``@osls/compose`` would do it too, but runs ``serverless info`` after every
deploy, a second start of Node each, and prints what a newcomer need not read (docs/adr/0050).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path

from local.stack.aws import LocalAws
from local.stack.child import run, without_aws
from local.stack.choices import REGION, ROOT, STAGE, Choices
from local.stack.progress import Progress

SERVICES = ("intake", "classifier", "router", "dispatch", "learning")
OSLS = ROOT / "node_modules" / ".bin" / "osls"
LINES_ON_FAILURE = 40


class DeployFailed(Exception):
    """A stack did not deploy. Carries the end of what its deployment said, and where the rest is."""


def deploy_environment(aws: LocalAws, stage_file: Path | None = None) -> dict[str, str]:
    """What osls sees. ``stage_file``: the local stage's own (``stages/stage.js`` asks for it)."""
    return {
        **without_aws(),
        **({"STAGE_FILE": str(stage_file)} if stage_file else {}),
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "NODE_NO_WARNINGS": "1",
        "NO_COLOR": "1",
        "SLS_AWS_MONITORING_FREQUENCY": "300",  # ms between looks at the stack; on AWS this would be throttled
        "SLS_TELEMETRY_DISABLED": "1",
        "SLS_NOTIFICATIONS_MODE": "off",
    }


async def deploy(choices: Choices, progress: Progress, env: Mapping[str, str]) -> None:
    """Deploy the platform, then the five services side by side. Raises DeployFailed."""
    async with _one_at_a_time(progress):
        with progress.step("deploy platform"):
            await _deploy_one("platform", ROOT / "platform", choices, env)
        with progress.step(f"deploy {', '.join(deployable())}"):
            await _all(deployable(), choices, env)


def deployable() -> tuple[str, ...]:
    """The services of this clone."""
    return tuple(name for name in SERVICES if (ROOT / "services" / name / "serverless.yml").exists())


async def _all(services: Iterable[str], choices: Choices, env: Mapping[str, str]) -> None:
    # Packaging and Node are CPU work: more at a time than cores only makes each slower.
    room = asyncio.Semaphore(max(2, os.cpu_count() or 2))

    async def one(service: str) -> None:
        async with room:
            await _deploy_one(service, ROOT / "services" / service, choices, env)

    try:
        async with asyncio.TaskGroup() as group:
            for service in services:
                group.create_task(one(service))
    except* DeployFailed as failed:
        raise failed.exceptions[0] from None


async def _deploy_one(name: str, folder: Path, choices: Choices, env: Mapping[str, str]) -> None:
    log = choices.logs / f"deploy-{name}.log"
    code = await run([OSLS, "deploy", "--stage", STAGE, "--region", REGION], log=log, env=env, cwd=folder)
    if code:
        said = log.read_text(errors="replace").splitlines()[-LINES_ON_FAILURE:]
        raise DeployFailed(
            "\n".join([f"{name} did not deploy (osls ended with code {code}):", *said, f"All of it: {log}"])
        )


@contextlib.asynccontextmanager
async def _one_at_a_time(progress: Progress) -> AsyncIterator[None]:
    """Hold the clone's deploy lock: ``.build`` and ``.serverless`` belong to the clone, not to one LOCAL_DIR."""
    path = ROOT / ".build" / "deploy.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as lock:
        waiting = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waiting:
                    progress.say("  another stack of this clone is deploying; waiting for it")
                waiting = True
                await asyncio.sleep(0.2)
        yield

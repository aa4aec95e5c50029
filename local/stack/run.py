"""Brings the whole system up, holds it, and takes it down: whatever happens, in the opposite order."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from local.stack.aws import LocalAws, local_aws
from local.stack.choices import ACCOUNT, REGION, ROOT, STAGE, SUPPORT_ADDRESS, Choices
from local.stack.deploy import deploy, deploy_environment
from local.stack.endpoints import Endpoints
from local.stack.own_model import found_model, give_time
from local.stack.parties import Parties
from local.stack.progress import Progress
from local.stack.seed import Secrets, seed


@dataclass(frozen=True)
class Stack:
    """A running system."""

    aws: LocalAws
    endpoints: Endpoints


@contextlib.asynccontextmanager
async def stack(choices: Choices, progress: Progress, *, rules: Path) -> AsyncIterator[Stack]:
    """Start everything over the rules folder ``rules``; when the block ends, so does everything.

    Raises DeployFailed when a stack does not deploy, RuntimeError when the folder is taken or a part does not start.
    """
    async with contextlib.AsyncExitStack() as held:
        held.enter_context(_own(choices.folder))
        shutil.rmtree(choices.logs, ignore_errors=True)
        model = await found_model(choices, progress)
        secrets = Secrets.draw(choices)
        parties = await held.enter_async_context(Parties(choices, secrets, rules, model))
        with progress.step("local AWS"):
            aws = await held.enter_async_context(
                local_aws(
                    choices,
                    smtp=parties.mail_sink,
                    model_url=parties.model_url,
                    model_timeout_s=choices.model_timeout_s,
                )
            )
            await asyncio.to_thread(seed, aws, secrets, drive_url=parties.drive_url)
        with progress.step("mail, Drive and model stand-ins"):
            await parties.open(aws)
        await deploy(choices, progress, deploy_environment(aws, _stage_file(choices, aws, parties)))
        with progress.step("Slack stand-in, Desk, rules published"):
            apis = await asyncio.to_thread(_api_urls, aws)
            endpoints = _endpoints(aws, apis, parties, secrets, rules)
            await parties.open_to_people(endpoints)
            await asyncio.to_thread(_suit_machine, aws)
            await asyncio.to_thread(give_time, aws, choices.model_timeout_s)
            await asyncio.to_thread(_archive, aws)
            await asyncio.to_thread(_publish_rules, aws)
        endpoints.write(choices.endpoints)
        held.callback(choices.endpoints.unlink, missing_ok=True)
        yield Stack(aws, endpoints)


def _stage_file(choices: Choices, aws: LocalAws, parties: Parties) -> Path:
    """``stages/local.yml`` with the addresses of this stack's stand-ins, as an AWS stage would have its own."""
    stage = yaml.safe_load((ROOT / "stages" / "local.yml").read_text())
    stage |= {
        "slack_api_url": parties.slack_api_url,
        "google_api_root": parties.drive_url,
        "rules_folder": parties.rules_folder_id,
        "model": parties.model_id,
        "model_timeout_s": choices.model_timeout_s,
        "api_url_template": f"{aws.url}/_aws/execute-api/{{api_id}}/$default",
    }
    written = choices.folder / "stage.yml"
    written.write_text(yaml.safe_dump(stage))
    return written


@contextlib.contextmanager
def _own(folder: Path) -> Iterator[None]:
    """Take the LOCAL_DIR for ourselves; the kernel gives it back when we are gone, however we go."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(
                f"A stack is already running in {folder}. Stop it, or choose another folder: LOCAL_DIR=.local-2"
            ) from None
        (folder / "endpoints.json").unlink(missing_ok=True)  # of a runner that was killed
        yield


def _api_urls(aws: LocalAws) -> dict[str, str]:
    """The public URL of each service's HTTP API, by service."""
    apis = aws.client("apigatewayv2").get_apis()["Items"]
    return {api["Name"].rpartition("-")[2]: f"{aws.url}/_aws/execute-api/{api['ApiId']}/$default" for api in apis}


def _suit_machine(aws: LocalAws) -> None:
    """Let a queue call as many copies of its function at once as there are cores (two is Lambda's least).

    Each copy unpacks its whole zip here; five at a time, MiniStack's own choice, only wait for each other.
    """
    functions, at_once = aws.client("lambda"), max(2, os.cpu_count() or 2)
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(
            UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": min(at_once, 10)}
        )


def _archive(aws: LocalAws) -> None:
    """Keep every event for ``ticket-router replay``, as the platform's archive does on AWS: here only the API can."""
    bus = f"tickets-{STAGE}"
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{bus}"
    aws.client("events").create_archive(ArchiveName=bus, EventSourceArn=arn)


def _publish_rules(aws: LocalAws) -> None:
    """Publish the rules now; the schedule would take up to a minute."""
    functions = aws.client("lambda")
    name = f"ticket-router-learning-{STAGE}-publish"
    answer = functions.invoke(FunctionName=name, Payload=b"{}")
    if answer.get("FunctionError"):
        raise RuntimeError(f"The rules could not be published: {answer['Payload'].read().decode()}")


def _endpoints(aws: LocalAws, apis: dict[str, str], parties: Parties, secrets: Secrets, rules: Path) -> Endpoints:
    return Endpoints(
        pid=os.getpid(),
        desk_url=parties.desk_url,
        contact_url=f"{apis['intake']}/contact",
        form_url=f"{apis['intake']}/tickets",
        chat_url=f"{apis['intake']}/chat",
        chat_secret=secrets.chat_secret,
        smtp=parties.smtp,
        support_address=SUPPORT_ADDRESS,
        slack_api_url=parties.slack_api_url,
        slack_bot_token=secrets.slack_bot_token,
        slack_actions_url=f"{apis['dispatch']}/slack/actions",
        slack_signing_secret=secrets.slack_signing_secret,
        drive_url=parties.drive_url,
        rules_dir=str(rules),
        model_url=parties.model_url,
        outbox_url=parties.outbox_url,
        aws_endpoint_url=aws.url,
        aws_region=REGION,
        bus_name=f"tickets-{STAGE}",
        stage=STAGE,
    )


def rules_folder(choices: Choices, *, copy: bool) -> Path:
    """The rules folder to serve, two-way: the chosen one, the repository's, or a copy that a demo may teach."""
    source = choices.rules or ROOT / "rules"
    if not copy or choices.rules:
        return source
    target = choices.folder / "rules"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target

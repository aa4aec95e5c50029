"""A model of one's own at ``MODEL_URL``: how it wants to be asked, and the time that it may take."""

from __future__ import annotations

import asyncio

from local.gateway.endpoint import Endpoint, NoAnswer
from local.gateway.probe import Found, probe
from local.stack.aws import LocalAws
from local.stack.choices import STAGE, Choices
from local.stack.progress import Progress


async def found_model(choices: Choices, progress: Progress) -> Found | None:
    """How the chosen model wants to be asked; None when the stand-in reads. Raises RuntimeError when it is no use."""
    if choices.model_url is None:
        return None
    endpoint = Endpoint(choices.model_url, timeout_s=choices.model_timeout_s, key=choices.model_key)
    with progress.step(f"model at {endpoint.root}"):
        try:
            found = await asyncio.to_thread(probe, endpoint, choices.model_id)
        except NoAnswer as error:
            raise RuntimeError(f"MODEL_URL: {error}. Start the model server, or leave MODEL_URL out.") from None
    if found.way is None:
        raise RuntimeError(
            f"MODEL_URL: {endpoint.root} gave no answer that can be used ({found}). A slow model may need"
            f" MODEL_TIMEOUT_S (now {endpoint.timeout_s:g}); one of several models, MODEL_ID."
        )
    progress.say(f"    {found}")
    return found


def give_time(aws: LocalAws, model_timeout_s: float) -> None:
    """Give the classifier the time for two calls of a model that is slower than any on Bedrock."""
    name, needed = f"ticket-router-classifier-{STAGE}-inbox", round(2 * model_timeout_s) + 20
    functions, queues = aws.client("lambda"), aws.client("sqs")
    if functions.get_function_configuration(FunctionName=name)["Timeout"] < needed:
        functions.update_function_configuration(FunctionName=name, Timeout=needed)
        url = queues.get_queue_url(QueueName=f"tickets-{STAGE}-classifier")["QueueUrl"]
        queues.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(6 * needed)})

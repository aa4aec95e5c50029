"""AWS in memory, behind every boto3 client of the process: the services' own adapters run on it unchanged."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError
from greenlet import getcurrent

from tests.chaos.simulation.dynamo import Dynamo, refusal
from tests.chaos.simulation.faults import Faults
from tests.chaos.simulation.hub import Hub, Worker
from tests.chaos.simulation.queues import Bus, Queue

ATTEMPTS = 5
"""botocore's own default (legacy mode) for a call without an answer."""


class Aws:
    """The account: tables, objects, queues, the bus, secrets, SES and a model."""

    def __init__(self, hub: Hub, faults: Faults, model: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.hub, self.faults, self.model = hub, faults, model
        self.dynamo = Dynamo(lambda show: hub.after(hub.random.uniform(0.0, 1.0), show))
        self.objects: dict[tuple[str, str], bytes] = {}
        self.queues: dict[str, Queue] = {}
        self.bus = Bus(hub, twice=faults.twice, latest=faults.latest)
        self.secrets: dict[str, str] = {}
        self.mails: list[dict[str, Any]] = []
        self._lost: list[dict[str, Any]] = []
        self._sent_by: list[tuple[Worker, dict[str, Any]]] = []
        self.model_calls: list[str] = []

    def patched(self) -> Any:
        """Every boto3 client of this process talks to this account."""
        aws = self

        def make_api_call(client: BaseClient, operation: str, params: dict[str, Any]) -> Any:
            return aws._call(client, operation, params)

        return mock.patch.object(BaseClient, "_make_api_call", make_api_call)

    def _call(self, client: Any, operation: str, params: dict[str, Any]) -> Any:
        service, model = client.meta.service_model.service_name, client.meta.service_model.operation_model(operation)
        context: dict[str, Any] = {}
        params = client._emit_api_params(api_params=dict(params), operation_model=model, context=context)
        parsed = self._attempts(client, service, operation, params)
        name = client.meta.service_model.service_id.hyphenize()
        client.meta.events.emit(
            f"after-call.{name}.{operation}",
            http_response=SimpleNamespace(status_code=200),
            parsed=parsed,
            model=model,
            context=context,
        )
        return parsed

    def mails_unanswered(self) -> list[dict[str, Any]]:
        """Mails whose answer was lost, or whose sender died before it could note it."""
        return [*self._lost, *(call for worker, call in self._sent_by if worker.gone)]

    def _attempts(self, client: Any, service: str, operation: str, params: dict[str, Any]) -> Any:
        retries = client.meta.config.retries or {}
        attempts = retries.get("total_max_attempts") or ATTEMPTS
        patience = min(client.meta.config.read_timeout, 60)
        if service == "ses":
            self._sent_by.append((getcurrent(), params))
        for attempt in range(attempts):
            fault = self.faults.of_aws(service, operation)
            try:
                if fault.refused:
                    self.hub.outside(lambda: None, there=0.01, back=0.01)
                    if attempt == attempts - 1:
                        raise refusal(fault.refused, operation, 429)
                    self.hub.pause(self.hub.random.uniform(0, min(0.05 * 2**attempt, 20)))
                    continue
                lost = fault.lost
                answer = self.hub.outside(
                    lambda lost=lost: self._carry_out(service, operation, params, lost=lost),  # type: ignore[misc]
                    there=fault.there,
                    back=patience + 1 if lost else fault.back,
                    patience=patience,
                )
            except TimeoutError as error:
                if attempt == attempts - 1:
                    raise ReadTimeoutError(endpoint_url=service) from error
                continue
            return answer
        raise AssertionError

    def _carry_out(self, service: str, operation: str, call: dict[str, Any], *, lost: bool) -> Any:
        if service == "dynamodb":
            return self.dynamo.do(operation, call)
        return getattr(self, f"_{service.replace('-', '_')}_{operation}")(call, lost)

    def _events_PutEvents(self, call: dict[str, Any], _lost: bool) -> Any:
        for entry in call["Entries"]:
            self.bus.put(entry)
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "x"} for _ in call["Entries"]]}

    def _s3_GetObject(self, call: dict[str, Any], _lost: bool) -> Any:
        found = self.objects.get((call["Bucket"], call["Key"]))
        if found is None:
            raise refusal("NoSuchKey", "GetObject", 404)
        if call.get("IfNoneMatch") == _etag(found):
            raise refusal("304", "GetObject", 304)
        return {"Body": io.BytesIO(found), "ETag": _etag(found)}

    def _s3_PutObject(self, call: dict[str, Any], _lost: bool) -> Any:
        key, body = (call["Bucket"], call["Key"]), call["Body"]
        body = body.read() if hasattr(body, "read") else bytes(body)
        known = self.objects.get(key)
        if call.get("IfNoneMatch") == "*" and known is not None:
            raise refusal("PreconditionFailed", "PutObject", 412)
        if call.get("IfMatch") and (known is None or call["IfMatch"] != _etag(known)):
            raise refusal("PreconditionFailed", "PutObject", 412)
        self.objects[key] = body
        return {"ETag": _etag(self.objects[key])}

    def _sqs_GetQueueUrl(self, call: dict[str, Any], _lost: bool) -> Any:
        return {"QueueUrl": f"https://sqs/{call['QueueName']}"}

    def _sqs_SendMessage(self, call: dict[str, Any], _lost: bool) -> Any:
        queue = self.queues[call["QueueUrl"].rpartition("/")[2]]
        return {"MessageId": queue.send(call["MessageBody"], call.get("DelaySeconds", 0))}

    def _sqs_ChangeMessageVisibility(self, call: dict[str, Any], _lost: bool) -> Any:
        queue = self.queues[call["QueueUrl"].rpartition("/")[2]]
        queue.hide(call["ReceiptHandle"], call["VisibilityTimeout"])
        return {}

    def _ssm_GetParameter(self, call: dict[str, Any], _lost: bool) -> Any:
        return {"Parameter": {"Value": self.secrets[call["Name"]]}}

    def _ses_SendRawEmail(self, call: dict[str, Any], lost: bool) -> Any:
        self.mails.append(call)
        self._lost += [call] if lost else []
        return {"MessageId": "x"}

    def _bedrock_runtime_Converse(self, call: dict[str, Any], _lost: bool) -> Any:
        self.model_calls.append(call["messages"][0]["content"][0]["text"])
        return self.model(call)


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'

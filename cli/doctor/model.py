"""One real call of the model, with the product's own prompt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from cli.doctor.patient import Finding, Patient
from contracts.ticket import Customer, Ticket
from services.classifier.adapters import BedrockModel
from services.classifier.domain.prompt import build_prompt
from shared.errors import NotNow

_TIMEOUT_S = 30
_SAID = "The invoice of March has the wrong address. Please send a corrected one."


def model(patient: Patient) -> Iterator[Finding]:
    """It answers, in the form that is asked for."""
    name = str(patient.told["model"])
    if patient.rules is None:
        yield Finding("model", "unknown", "not asked: without rules there is no prompt", "Mend the rules first.")
        return
    config = Config(connect_timeout=5, read_timeout=_TIMEOUT_S, retries={"total_max_attempts": 1, "mode": "standard"})
    client = patient.stack.session.client("bedrock-runtime", endpoint_url=patient.stack.endpoint_url, config=config)
    ticket = Ticket(
        ticket_id="T-DOCTOR", source="form", customer=Customer(email="doctor@example.com"), text=_SAID,
        received_at=datetime.now(UTC),
    )  # fmt: skip
    try:
        answer = BedrockModel(client, model_id=name).ask(build_prompt(ticket, patient.rules))
    except NotNow as error:
        yield _refused(name, patient, error)
        return
    if answer.said is None:
        yield Finding("model", "fail", f"{name} answers in no form that can be read ({answer.stop})", "Name another.")
    else:
        spent = f"{answer.tokens_in} tokens read, {answer.tokens_out} written"
        yield Finding("model", "ok", f"{name} answered in {answer.latency_ms / 1000:.1f} s: {spent}")
    yield from _end_of_life(patient)


def _refused(name: str, patient: Patient, error: NotNow) -> Finding:
    """What Bedrock's errors mean here (Bedrock user guide, "Troubleshooting Amazon Bedrock API Error Codes")."""
    cause = error.__cause__
    code = cause.response["Error"].get("Code", "") if isinstance(cause, ClientError) else str(error)
    said = str(cause.response["Error"].get("Message", "")) if isinstance(cause, ClientError) else ""
    words = f"{name} was asked and did not answer: {code} {said}".strip()[:300]
    if "use case" in said.lower():
        cure = "Bedrock console → Model catalog → a Claude model → Open in playground: send the form, wait 15 minutes."
    elif code == "AccessDeniedException":
        cure = f"Is the model offered in {patient.settings.region}? May this profile bedrock:InvokeModel?"
    elif code == "ResourceNotFoundException":
        cure = "The model has been retired or its name is wrong: name another as model in the stage file."
    elif code == "ValidationException":
        cure = f"The model is not offered in {patient.settings.region} by that name, or refuses a parameter."
    elif code in ("ThrottlingException", "TooManyRequestsException"):
        return Finding("model", "unknown", words, "Busy: try again. If it stays, Service Quotas → Amazon Bedrock.")
    else:
        return Finding("model", "unknown", words, "Try again; if it stays, try the model in Bedrock's playground.")
    return Finding("model", "fail", words, cure)


def _end_of_life(patient: Patient) -> Iterator[Finding]:
    bedrock = patient.stack.client("bedrock")
    foundation = str(patient.told["foundationModel"])
    try:
        details: dict[str, Any] = bedrock.get_foundation_model(modelIdentifier=foundation)["modelDetails"]
    except ClientError:
        return  # not every model is a foundation model, and not every account may ask
    life = details.get("modelLifecycle", {})
    if life.get("status") == "LEGACY":
        cure = "Name a newer one as model in the stage file, try it with ticket-router eval, and deploy."
        ends = f", and ends on {life['endOfLifeTime']:%Y-%m-%d}" if life.get("endOfLifeTime") else ""
        yield Finding("model", "fail", f"{foundation} is no longer current{ends}", cure)

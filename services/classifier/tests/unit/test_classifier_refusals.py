"""Which errors pass by themselves and which somebody must mend. Messages as users of Bedrock report them."""

from __future__ import annotations

import pytest

from services.classifier.domain.refusals import refusal

PASSING = [
    ("ThrottlingException", "Too many requests, please wait before trying again.", 429),
    ("ThrottlingException", "Too many tokens per day, please wait before trying again.", 429),
    ("ServiceUnavailableException", "Bedrock is unable to process your request.", 503),
    ("InternalServerException", "The system encountered an unexpected error", 500),
    ("ModelTimeoutException", "Model has timed out in processing the request.", 408),
    ("ModelNotReadyException", "The model is not ready for inference requests.", 429),
    ("ModelErrorException", "The system encountered an unexpected error during processing.", 424),
    ("ServiceQuotaExceededException", "Your request exceeds the service quota for your account.", 400),
    ("SomethingNew", "an error nobody has seen yet", 502),
    ("SomethingNew", "an error nobody has seen yet", 429),
]
REFUSING = [
    ("AccessDeniedException", "You don't have access to the model with the specified model ID.", 403, "no access"),
    (
        "AccessDeniedException",
        "User: arn:aws:sts::1:assumed-role/x is not authorized to perform: bedrock:InvokeModel on resource: y",
        403,
        "foundation_model",
    ),
    (
        "AccessDeniedException",
        "Model access is denied due to IAM user or service role is not authorized to perform the required AWS "
        "Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe)",
        403,
        "subscribe",
    ),
    ("AccessDeniedException", "INVALID_PAYMENT_INSTRUMENT: A valid payment instrument must be provided.", 403, "card"),
    ("AccessDeniedException", "claude-opus-5 is not available for this account.", 403, "not opened this model"),
    (
        "ResourceNotFoundException",
        "Model use case details have not been submitted for this account. Fill out the Anthropic use case details form"
        " before using the model. If you have already filled out the form, try again in 15 minutes.",
        404,
        "use-case form",
    ),
    ("ResourceNotFoundException", "This model version has reached the end of its life.", 404, "newer model"),
    (
        "ResourceNotFoundException",
        "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in"
        " the last 15 days.",
        404,
        "newer model",
    ),
    ("ResourceNotFoundException", "Could not resolve the foundation model from the model identifier", 404, "no such"),
    ("ValidationException", "The provided model identifier is invalid.", 400, "no such model"),
    (
        "ValidationException",
        "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of"
        " an inference profile that contains this model.",
        400,
        "inference profile",
    ),
    ("ValidationException", "Operation not allowed", 400, "AWS support"),
    ("ValidationException", "`temperature` is deprecated for this model.", 400, "models.json"),
    ("ValidationException", "This model does not support assistant message prefill.", 400, "models.json"),
    ("UnrecognizedClientException", "The security token included in the request is invalid.", 403, ""),
    ("SomethingNew", "an error nobody has seen yet", 403, ""),
]


@pytest.mark.parametrize(("code", "message", "status"), PASSING, ids=lambda value: str(value)[:30])
def test_what_passes_is_waited_for(code: str, message: str, status: int) -> None:
    assert refusal(code, message, status) is None


@pytest.mark.parametrize(("code", "message", "status", "cure"), REFUSING, ids=lambda value: str(value)[:30])
def test_what_does_not_pass_is_said_with_what_helps(code: str, message: str, status: int, cure: str) -> None:
    said = refusal(code, message, status)
    assert said is not None
    assert said.startswith(code)
    assert message[:40] in said
    assert cure in said


def test_a_long_message_is_cut_and_its_cure_is_found_all_the_same() -> None:
    said = refusal("ValidationException", "x " * 5000 + "operation not allowed", 400)
    assert said is not None
    assert len(said) < 400
    assert "AWS support" in said

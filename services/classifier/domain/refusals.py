"""Errors of Bedrock told apart: busy, which passes, and refusing, which somebody must mend. With the cure in words.

The codes are those of ``Converse`` in AWS's own model of the service and of AWS's page on Bedrock's error codes; the
words in the messages are as users report them in 2026 (use-case form, Marketplace, legacy models, profiles).
"""

from __future__ import annotations

PASSING = frozenset(
    {
        "ThrottlingException", "ServiceUnavailableException", "InternalServerException", "ModelTimeoutException",
        "ModelNotReadyException", "ModelErrorException", "ServiceQuotaExceededException", "InternalFailure",
        "ExpiredTokenException",
    }
)  # fmt: skip
"""Worth asking again in a while. ExpiredToken: the runtime renews its own."""
PASSING_STATUS = frozenset({408, 424, 425, 429})
"""Statuses under 500 that AWS uses for errors of the moment."""
SAID_CHARS = 200

CURES: tuple[tuple[str, str], ...] = (
    ("use case details", "Fill in Anthropic's use-case form once: Bedrock console, Model catalog, the model's page"),
    ("end of its life", "Name a newer model in stages/<stage>.yml"),
    ("marked by provider as legacy", "Name a newer model in stages/<stage>.yml"),
    (
        "aws-marketplace",
        "Use the model once in the Bedrock console of that region, as somebody who may subscribe to it",
    ),
    ("payment instrument", "The AWS account needs a valid card for Marketplace models"),
    ("on-demand throughput", "Call an inference profile (eu., us., apac., global.) instead of the bare id"),
    ("identifier is invalid", "There is no such model in that region: check model and region in stages/<stage>.yml"),
    ("not authorized to perform", "The role may call `model` and `foundation_model` only: make them fit each other"),
    ("service control policy", "The organisation's policies forbid a region of the profile: choose another profile"),
    (
        "not available for this account",
        "AWS has not opened this model to the account: name another, or ask AWS support",
    ),
    ("operation not allowed", "AWS has not opened Bedrock to this account: ask AWS support"),
    ("deprecated for this model", "Correct the model's row in services/classifier/domain/models.json"),
    ("prefill", "Correct the model's row in services/classifier/domain/models.json"),
    ("accessdenied", "The account has no access to the model in that region"),
    ("resourcenotfound", "There is no such model in that region: check model and region in stages/<stage>.yml"),
    ("validation", "The request does not suit the model: check its row in services/classifier/domain/models.json"),
)
"""What helps, by words in the code or the message; the first that fits."""


def refusal(code: str, message: str, status: int) -> str | None:
    """What the model refuses and what helps, in words; None for an error that passes by itself."""
    if code in PASSING or status in PASSING_STATUS or not 400 <= status < 500:
        return None
    said = " ".join(message.split())[:SAID_CHARS]
    cure = next((cure for words, cure in CURES if words in f"{code} {message}".casefold()), None)
    return f"{code}: {said}" + (f" ({cure})" if cure else "")

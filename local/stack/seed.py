"""What an account has before the first deploy: the secrets in SSM and the mail identities in SES."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from local.drive import service_account_key
from local.stack.aws import LocalAws
from local.stack.choices import MAIL_FROM, STAGE, SUPPORT_ADDRESS, Choices


@dataclass(frozen=True)
class Secrets:
    """Drawn anew at every start, except those of a Slack that is not ours."""

    slack_bot_token: str
    slack_signing_secret: str
    chat_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    link_secret: str = field(default_factory=lambda: secrets.token_hex(32))

    @classmethod
    def draw(cls, choices: Choices) -> Secrets:
        """The secrets of this stack."""
        return cls(
            slack_bot_token=choices.slack_bot_token or f"xoxb-local-{secrets.token_hex(12)}",
            slack_signing_secret=choices.slack_signing_secret or secrets.token_hex(16),
        )


def seed(aws: LocalAws, secrets: Secrets, *, drive_url: str) -> None:
    """Store the secrets and verify the two addresses the router owns."""
    ssm = aws.client("ssm")
    values = {
        "slack-bot-token": secrets.slack_bot_token,
        "slack-signing-secret": secrets.slack_signing_secret,
        "chat-secret": secrets.chat_secret,
        "link-secret": secrets.link_secret,
        "google-service-account": json.dumps(service_account_key(drive_url)),
    }
    for name, value in values.items():
        ssm.put_parameter(Name=f"/ticket-router/{STAGE}/{name}", Value=value, Type="SecureString", Overwrite=True)
    ses = aws.client("sesv2")
    for address in (MAIL_FROM, SUPPORT_ADDRESS):
        ses.create_email_identity(EmailIdentity=address)

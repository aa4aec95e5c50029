"""What a person does outside AWS: DNS records, the Slack app, the Google folder."""

from __future__ import annotations

from typing import Any

import yaml
from botocore.exceptions import ClientError

from cli.doctor.slack import SCOPES
from cli.stage_file import Stage


def dns_records(stage: Stage, ses: Any) -> list[tuple[str, str, str]]:
    """The records as (name, type, value). Makes the SES identity of the sender's domain when there is none.

    Sources: SES developer guide, "Easy DKIM", "Publishing an MX record for email receiving", "DMARC".
    """
    domain = stage.mail_from.rpartition("@")[2]
    records = [(f"{token}._domainkey.{domain}", "CNAME", f"{token}.dkim.amazonses.com") for token in _dkim(domain, ses)]
    records.append((domain, "TXT", "v=spf1 include:amazonses.com ~all   (one SPF record a domain: join it to yours)"))
    records.append((f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none   (only if the domain has no DMARC record yet)"))
    if stage.mail_lane:
        for inbound in dict.fromkeys(address.rpartition("@")[2] for address in stage.support_addresses):
            records.append((inbound, "MX", f"10 inbound-smtp.{stage.region}.amazonaws.com"))
    return records


MX_WARNING = (
    "Do not move the MX of a domain where people have mailboxes: all their mail would go to SES. Take a sub-domain of "
    "its own for the support address (help@tickets.your-domain.com), and let your mail system forward to it."
)


def _dkim(domain: str, ses: Any) -> list[str]:
    try:
        found = ses.get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response["Error"].get("Code") != "NotFoundException":
            raise
        found = ses.create_email_identity(EmailIdentity=domain)
    tokens: list[str] = found.get("DkimAttributes", {}).get("Tokens", [])
    return tokens


def slack_manifest(actions_url: str | None) -> str:
    """The app, as api.slack.com takes it (*Create New App → From a manifest*).

    Without ``actions_url`` (before the first deploy) the buttons are off; printed again later, the address is in it.
    """
    interactivity: dict[str, Any] = {"is_enabled": bool(actions_url)}
    if actions_url:
        interactivity["request_url"] = actions_url
    manifest = {
        "display_information": {
            "name": "Ticket Router",
            "description": "Puts each new ticket in front of the right team",
            "background_color": "#1f2a44",
        },
        "features": {"bot_user": {"display_name": "Ticket Router", "always_online": True}},
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
    return yaml.safe_dump(manifest, sort_keys=False)


GOOGLE_STEPS = (
    "console.cloud.google.com → a project → APIs & Services → Library: enable Google Drive, Sheets and Docs API",
    "IAM & Admin → Service accounts → Create: no role; then Keys → Add key → JSON (the file init asks for)",
    "drive.google.com: a folder with one Sheet (tabs Topics, Teams) and one Doc → share it with the account, as Editor",
)

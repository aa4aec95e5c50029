"""What the templates are told of a stage: ``python -m cli.deployment STAGE`` prints it as JSON, or refuses in words.

``stages/stage.js`` calls it for every ``serverless.yml``, so that a deployment knows nothing that is not in the file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cli.stage_file import Stage, load, read
from shared.errors import BadInput

_PROFILES = {"eu": "eu.", "us": "us.", "ap": "global.", "ca": "global.", "sa": "global."}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def told(stage: str, environment: Mapping[str, str], *, region: str | None = None) -> dict[str, Any]:
    """The values every template may read, by name.

    ``region`` is what ``--region`` said. Raises BadInput before anything is deployed: for a file that is missing or
    wrong, for another region than the file's, for ``local`` on a real account.
    """
    endpoint = environment.get("AWS_ENDPOINT_URL", "")
    here = urlsplit(endpoint).hostname in _LOOPBACK
    if stage == "local" and not here:
        raise BadInput(
            "--stage", "local is for this machine's own AWS, and you are about to change a real account",
            "Name a stage of your own (ticket-router init makes one), or run make up.",
        )  # fmt: skip
    # On this machine alone: a runner or a test brings a file of its own. A real account knows what is committed.
    own = environment.get("STAGE_FILE") if here else None
    settings = read(Path(own), local=stage == "local") if own else load(stage)
    for name, said in (("--region", region), ("AWS_REGION", environment.get("AWS_REGION"))):
        if said and said != settings.region:
            raise BadInput(
                name, f"says {said}, and stages/{stage}.yml says {settings.region}",
                f"Leave {name} out, or make a stage for {said}.",
            )  # fmt: skip
    return values(stage, settings)


def values(name: str, stage: Stage) -> dict[str, Any]:
    """The values of a checked file, by the names that the templates use."""
    model, foundation = _model(stage)
    return {
        "region": stage.region,
        "mail": "on" if stage.mail_lane else "off",
        "supportAddresses": list(stage.support_addresses),
        "supportAddressList": ",".join(stage.support_addresses),
        "receiptRules": "own" if stage.mail_lane and not stage.receipt_rule_set else "join",
        "receiptRuleSet": stage.receipt_rule_set or f"tickets-{name}",
        "mailFrom": stage.mail_from,
        "teamDomainList": ",".join(stage.team_domains),
        "teamRecipients": [f"*@{domain}" for domain in stage.team_domains],
        "rulesFolder": stage.rules_folder,
        "timeZone": stage.time_zone,
        "alarmMail": stage.alarm_mail or "",
        "managersChannel": stage.managers_channel or "",
        "model": model,
        "foundationModel": foundation,
        "modelTimeout": f"{stage.model_timeout_s:g}",
        "replyToCustomer": str(stage.reply_to_customer).lower(),
        "formOrigins": ",".join(stage.form_origins),
        "remindEscalate": json.dumps(list(stage.reminders.escalate)),
        "remindPriority": json.dumps(list(stage.reminders.priority)),
        "remindHold": json.dumps(list(stage.reminders.hold)),
        "formsPerAddress": str(stage.limits.forms_per_address),
        "formsPerIp": str(stage.limits.forms_per_ip),
        "requestsPerSecond": stage.limits.requests_per_second,
        "requestsAtOnce": stage.limits.requests_at_once,
        "workers": stage.limits.workers,
        "modelCallsPerDay": str(stage.limits.model_calls_per_day),
        "monthlyUsd": stage.limits.monthly_usd,
        "keepDays": stage.keep_days,
        "keepDaysText": str(stage.keep_days),
        "slackApiUrl": stage.slack_api_url,
        "googleApiRoot": stage.google_api_root,
        "apiUrl": stage.api_url_template or f"https://{{api_id}}.execute-api.{stage.region}.amazonaws.com",
    }


def _model(stage: Stage) -> tuple[str, str]:
    """What is called, and what an inference profile hands on to (the role may call both)."""
    foundation = stage.foundation_model or {"claude-haiku-4-5": "anthropic.claude-haiku-4-5-20251001-v1:0"}.get(
        stage.model
    )
    if foundation is None:
        return stage.model, stage.model
    called = (
        f"{_PROFILES.get(stage.region[:2], 'global.')}{foundation}"
        if stage.model == "claude-haiku-4-5"
        else stage.model
    )
    return called, foundation


def main() -> int:
    """Print the values, or say why not."""
    stage, region = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    try:
        print(json.dumps(told(stage, os.environ, region=region or None)))
    except BadInput as error:
        print(f"Nothing was changed. {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

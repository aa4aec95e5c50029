"""``ticket-router compare``: where people took the tickets that were only said, and how right it would have been."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.compare.told import Told, told_by
from cli.lines import write_line
from cli.stack import Stack, find_stack
from contracts.rules import RULES_KEY, Rules
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.reports.shadow import Shadowed, Tally, shadowed
from shared.errors import BadInput

_BATCH = 10
"""SQS: at most ten messages a call."""
_ANSWER = re.compile(r"^(?:\s*(?:re|aw|fwd?|wg|tr|rv|sv|vs|antw)\s*(?:\[\d+\])?\s*:)+\s*", re.I)
_NAMED = 5


@dataclass
class Matched:
    """What could be told of which ticket, and what could not."""

    went: dict[str, dict[str, str]] = field(default_factory=dict)
    """Ticket → team or topic."""
    no_ticket: list[str] = field(default_factory=list)
    """Lines and mails that are no ticket in shadow."""
    no_label: Counter[str] = field(default_factory=Counter)
    """Labels that are no team and no topic of the Sheet."""


def compare(
    file: Annotated[list[Path], typer.Argument(help="A CSV, an mbox, a Maildir or a folder of .eml; several.")],
    team: Annotated[str | None, typer.Option(help="The CSV's column with the team.")] = None,
    topic: Annotated[str | None, typer.Option(help="The CSV's column with the topic.")] = None,
    ticket: Annotated[str | None, typer.Option(help="The CSV's column with the ticket's number.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object (also when the output is a pipe).")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Say where people took the tickets in shadow; answer how often the router would have been right.

    Tickets are found by their number, the mail's Message-ID, or the customer's address and the subject. Labels are
    teams or topics of the Sheet. It may be said again: the last word counts. Nothing is handed to anybody.
    """
    stack = find_stack(stage)
    tickets = Tickets(stack)
    if not tickets.rows:
        raise BadInput("stage", "no ticket is in shadow", "Write mode: shadow under Settings in the Doc first")
    told = [one for path in file for one in told_by(path, columns={"team": team, "topic": topic, "ticket": ticket})]
    matched = match(told, tickets, _rules(stack))
    _tell(stack, matched.went)
    found = shadowed(
        {**row, "went": matched.went.get(row["ticket_id"]) or row["went"]} for row in tickets.rows.values()
    )
    if as_json or not sys.stdout.isatty():
        write_line(_as_json(found, matched))
    else:
        print("\n".join(shown(found, matched)))


class Tickets:
    """The tickets in shadow, and how one is found."""

    def __init__(self, stack: Stack) -> None:
        log = HandOffLog(stack.table("dispatch"))
        shadow = (row for row in log.each() if row.get("state") == "shadow" and not row["part_of"])
        self.rows = {row["ticket_id"]: {"went": None, **row} for row in shadow}
        self._threads = stack.table("intake")

    def find(self, told: Told) -> str | None:
        """Its number, when it is one of those in shadow."""
        number = told.ticket_id or (told.message_id and self._of_mail(told.message_id))
        number = number or self._by_words.get((told.email.casefold(), _subject(told.subject)))
        return number if number in self.rows else None

    def _of_mail(self, message_id: str) -> str | None:
        # intake remembers every mail by its Message-ID, to thread what answers it.
        item = self._threads.get_item(Key={"pk": f"thread#{message_id[:1000]}", "sk": "root"}).get("Item")
        return str(item["root"]) if item else None

    @cached_property
    def _by_words(self) -> dict[tuple[str, str], str]:
        """By address and subject; two that share both are neither's."""
        keys = {number: _words(row) for number, row in self.rows.items()}
        often = Counter(keys.values())
        return {key: number for number, key in keys.items() if often[key] == 1 and all(key)}


def match(told: Iterable[Told], tickets: Tickets, rules: Rules) -> Matched:
    """Which ticket went where. The first label that is a topic of the Sheet counts, else the first that is a team."""
    found = Matched()
    for one in told:
        number = tickets.find(one)
        topic = next((known.name for known in map(rules.topic, one.labels) if known), None)
        team = next((known.name for known in map(rules.team, one.labels) if known), None)
        if number is None:
            found.no_ticket.append(one.where)
        elif topic or team:
            found.went[number] = {"topic": topic} if topic else {"team": team or ""}
        else:
            found.no_label.update(one.labels or ("(none)",))
    return found


def _rules(stack: Stack) -> Rules:
    answer = stack.client("s3").get_object(Bucket=stack.bucket("rules"), Key=RULES_KEY)
    return Rules.model_validate_json(answer["Body"].read())


def _tell(stack: Stack, went: dict[str, dict[str, str]]) -> None:
    """Leave a note for dispatch, which alone writes its log."""
    sqs = stack.client("sqs")
    inbox = sqs.get_queue_url(QueueName=f"tickets-{stack.stage}-dispatch")["QueueUrl"]
    for batch in _batches(list(went.items())):
        entries = [
            {"Id": str(at), "MessageBody": json.dumps({"compare": number, "went": there})}
            for at, (number, there) in enumerate(batch)
        ]
        if failed := sqs.send_message_batch(QueueUrl=inbox, Entries=entries).get("Failed"):
            raise RuntimeError(f"SQS did not take {len(failed)} notes ({failed[0].get('Message')}): say it again")


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    yield from (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))


def shown(found: Shadowed, matched: Matched) -> list[str]:
    """The answer as people read it."""
    whole = found.whole
    lines = [f"Of {found.tickets:,} tickets in shadow it is known of {whole.known:,} where they went."]
    if whole.known:
        lines.append(f"The router would have held {whole.held:,} of them ({whole.held / whole.known:.0%}) and sent on "
                     f"{whole.sent_on:,}: {whole.right:,} right{_share(whole)}.")  # fmt: skip
        lines += ["", f"  {'topic':<24}{'known':>8}{'sent on':>10}{'right':>8}"]
        for name, tally in sorted(found.topics.items(), key=lambda one: (-one[1].known, one[0])):
            lines.append(f"  {name[:23]:<24}{tally.known:>8,}{tally.sent_on:>10,}{tally.right:>8,}")
    if matched.no_label:
        named = ", ".join(f"{label} ×{count}" for label, count in matched.no_label.most_common(_NAMED))
        lines += ["", f"No team and no topic of the Sheet: {named}"]
    if matched.no_ticket:
        more = f" and {len(matched.no_ticket) - _NAMED} more" if len(matched.no_ticket) > _NAMED else ""
        lines += ["", f"No ticket in shadow: {'; '.join(matched.no_ticket[:_NAMED])}{more}"]
    return lines


def _share(tally: Tally) -> str:
    return f" ({tally.share:.0%})" if tally.share is not None else ""


def _as_json(found: Shadowed, matched: Matched) -> dict[str, Any]:
    def counts(tally: Tally) -> dict[str, Any]:
        return {"known": tally.known, "sent_on": tally.sent_on, "held": tally.held, "right": tally.right,
                "share": tally.share}  # fmt: skip

    topics = {name: counts(tally) for name, tally in sorted(found.topics.items())}
    return {
        "in_shadow": found.tickets,
        **counts(found.whole),
        "topics": topics,
        "moves": dict(found.moves),
        "told": len(matched.went),
        "no_ticket": len(matched.no_ticket),
        "no_label": dict(matched.no_label),
    }


def _words(row: dict[str, Any]) -> tuple[str, str]:
    return str((row["customer"] or {}).get("email") or "").casefold(), _subject(row["subject"])


def _subject(said: str) -> str:
    return " ".join(_ANSWER.sub("", said).casefold().split())

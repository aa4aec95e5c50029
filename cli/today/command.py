"""``ticket-router now``: the board of this minute."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from botocore.exceptions import ClientError

from cli.doctor.command import find_patient
from cli.doctor.patient import Patient
from cli.lines import write_line
from cli.log import waiting_rows
from cli.redrive import SERVICES
from cli.today import board
from cli.today.board import Day, Row, Waiting
from services.dispatch.adapters.log import HandOffLog
from services.dispatch.domain.words import wait

_LOOK_BACK = timedelta(days=8)
"""How far back the log is read whole: today and the same day last week. Older tickets are read while they wait."""
_SHOWN = 5


@dataclass(frozen=True)
class Wrong:
    """Something that is not as it should be, with the cure."""

    what: str
    cure: str


@dataclass(frozen=True)
class Now:
    """All that the board says."""

    at: datetime
    waiting: list[Waiting]
    escalated: list[Row]
    wrong: list[Wrong]
    today: Day
    a_week_ago: Day
    taken: list[Row]
    learnt: list[dict[str, Any]]


def now(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object (also when the output is a pipe).")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Show what waits by team and age, what went wrong, today against a week ago, and what was learnt today."""
    found = look(find_patient(stage), datetime.now(UTC))
    if as_json or not sys.stdout.isatty():
        write_line(_as_json(found))
    else:
        print("\n".join(shown(found)))


def look(patient: Patient, at: datetime) -> Now:
    """Read what the board needs: the log's last days and what still waits, queues, the rules' problems, lessons."""
    log, zone = HandOffLog(patient.stack.table("dispatch")), ZoneInfo(patient.settings.time_zone)
    rows = _rows(log, at)
    today, a_week_ago = board.days(rows, at, zone)
    began = board.midnight(at, zone)
    return Now(
        at=at.astimezone(zone),
        waiting=board.waiting(rows, at),
        escalated=board.escalated(rows),
        wrong=list(_wrong(patient, rows, at)),
        today=today,
        a_week_ago=a_week_ago,
        taken=board.taken_since(rows, began),
        learnt=_learnt(patient, began),
    )


def _rows(log: HandOffLog, at: datetime) -> list[Row]:
    first = f"{at - _LOOK_BACK:%Y-%m-%d}"
    recent = [row for day in log.days() if day >= first for row in log.of_day(day)]
    older = [row for team in log.teams() for row in log.queue(team)]
    return list({row["ticket_id"]: row for row in (*older, *recent)}.values())


def _wrong(patient: Patient, rows: list[Row], at: datetime) -> Iterator[Wrong]:
    stage = "" if patient.stage == "local" else f" --stage {patient.stage}"
    for row in board.stuck(rows, at):
        waited = wait(at - datetime.fromisoformat(row["received_at"]))
        yield Wrong(
            f"{row['ticket_id']} is before nobody for {waited}", f"ticket-router trace {row['ticket_id']}{stage}"
        )
    if unread := len(board.unread(rows)):
        yield Wrong(f"{unread} waiting unread: no model could read them", f"ticket-router reread{stage}")
    if waits := len(waiting_rows(patient.stack)):
        yield Wrong(f"{waits} waiting for the model", f"ticket-router doctor{stage}")
    sqs = patient.stack.client("sqs")
    for service in SERVICES:
        url = sqs.get_queue_url(QueueName=f"tickets-{patient.stage}-{service}-dead")["QueueUrl"]
        asked = "ApproximateNumberOfMessages"
        if dead := int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[asked])["Attributes"][asked]):
            yield Wrong(f"{dead} dead letter(s) of {service}", f"ticket-router redrive --service {service}{stage}")
    reading = _object(patient, "problems.json") or {}
    for problem in reading.get("problems", []):
        kept = "the last good rules stay in force" if problem.get("fatal") else "that line does not count"
        yield Wrong(f"rules, {problem['place']}: {problem['wrong']} ({kept})", str(problem.get("cure", "")))


def _learnt(patient: Patient, since: datetime) -> list[dict[str, Any]]:
    """What today's corrections came to, the last first."""
    s3, bucket = patient.stack.client("s3"), patient.stack.bucket("rules")
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="lessons/"):
        for entry in page.get("Contents", []):
            if entry["LastModified"] >= since and (lesson := _object(patient, entry["Key"])):
                found.append(lesson)
    return sorted(found, key=lambda lesson: str(lesson["corrected_at"]), reverse=True)


def _object(patient: Patient, key: str) -> dict[str, Any] | None:
    try:
        body = patient.stack.client("s3").get_object(Bucket=patient.stack.bucket("rules"), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return dict(json.loads(body))


def shown(found: Now) -> list[str]:
    """The board in eighty columns."""
    lines = [f"{found.at:%A %d %b %H:%M}", "", f"WAITING: {sum(one.count for one in found.waiting):,}"]
    if found.waiting:
        heads = "".join(f"{name:>12}" for name, _ in board.AGES)
        lines.append(f"  {'team':<16}{heads}{board.OLDER:>8}{'oldest':>16}")
        for one in found.waiting:
            ages = "".join(f"{number or '·':>12}" for number in one.ages[:-1])
            lines.append(f"  {one.team[:15]:<16}{ages}{one.ages[-1] or '·':>8}{wait(one.oldest):>16}")
    lines += _listed("ESCALATED, NOBODY HAS IT", [_line(row, found.at) for row in found.escalated])
    lines += _listed("WENT WRONG", [f"{one.what}\n    → {one.cure}" for one in found.wrong]) or [
        "",
        "Nothing went wrong.",
    ]
    today, before = found.today, found.a_week_ago
    lines += ["", f"TODAY{'':<19}now   a week ago, same time"]
    for name in ("came", "sorted", "corrected", "taken"):
        lines.append(f"  {name:<16}{getattr(today, name):>9}{getattr(before, name):>9}")
    lines += _listed("TAKEN TODAY", [_taken(row) for row in found.taken])
    lines += _listed("LEARNT TODAY", [_lesson(one) for one in found.learnt])
    return lines


def _listed(heading: str, entries: list[str]) -> list[str]:
    if not entries:
        return []
    more = [f"  … and {len(entries) - _SHOWN} more"] if len(entries) > _SHOWN else []
    return ["", heading, *(f"  {one}" for one in entries[:_SHOWN]), *more]


def _line(row: Row, at: datetime) -> str:
    waited = wait(at - datetime.fromisoformat(row["received_at"]))
    return f"{row['ticket_id']}  {row['team'][:14]:<14}  {waited:<10}  {_words(row, 34)}"


def _taken(row: Row) -> str:
    at = datetime.fromisoformat(row["taken_at"]).astimezone()
    by = row.get("taken_by") or {}
    who = str(by.get("name") or by.get("id") or "somebody")
    return f"{row['ticket_id']}  {at:%H:%M}  {_cut(who, 14):<14}  {_words(row, 36)}"


def _lesson(lesson: dict[str, Any]) -> str:
    by = lesson["corrected_by"].get("name") or lesson["corrected_by"]["id"]
    at = datetime.fromisoformat(lesson["corrected_at"]).astimezone()
    if not lesson["written"]:
        return f"{lesson['ticket_id']}  {at:%H:%M}  by {by}: nothing, {lesson['why_not']}"
    said = f"{lesson['topic'] or 'no copy'}: {lesson['text']}"
    undo = f"\n    → undo: the ticket's Undo within ten minutes, then delete the line ({lesson['mark']}) in the Doc"
    return f"{at:%H:%M}  by {by}: {_cut(said, 54)}{undo}"


def _words(row: Row, width: int) -> str:
    return _cut(str(row.get("subject") or row.get("opening") or ""), width)


def _cut(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    text = " ".join(text.split())
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _as_json(found: Now) -> dict[str, Any]:
    names = ("ticket_id", "team", "subject", "received_at", "taken_at", "taken_by", "move")

    def short(row: Row) -> dict[str, Any]:
        return {name: row.get(name) for name in names}

    return {
        "at": found.at,
        "waiting": [{**asdict(one), "oldest": one.oldest.total_seconds()} for one in found.waiting],
        "ages": [*(name for name, _ in board.AGES), board.OLDER],
        "escalated": [short(row) for row in found.escalated],
        "wrong": [asdict(one) for one in found.wrong],
        "today": asdict(found.today),
        "a_week_ago": asdict(found.a_week_ago),
        "taken": [short(row) for row in found.taken],
        "learnt": found.learnt,
    }

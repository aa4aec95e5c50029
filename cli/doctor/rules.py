"""The rules in force, and what in the folder is not understood."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cli.doctor.patient import Finding, Patient


def rules(patient: Patient) -> Iterator[Finding]:
    """Rules are published, and all that people wrote was understood."""
    s3, bucket = patient.stack.client("s3"), patient.stack.bucket("rules")
    log = f"Look at the log of ticket-router-learning-{patient.stage}-publish."
    in_force = patient.rules
    if in_force is None:
        yield Finding("rules", "fail", "none are published, so tickets wait", f"The lines on Drive say why. {log}")
    try:
        reading = json.loads(s3.get_object(Bucket=bucket, Key="problems.json")["Body"].read())
    except s3.exceptions.NoSuchKey:
        reading = {}
    problems = reading.get("problems", [])
    for problem in problems[:5]:
        place = f"{problem.get('document')}, {problem.get('place')}"
        yield Finding("rules", "fail", f"{place}: {problem.get('wrong')}", str(problem.get("cure", "")))
    if len(problems) > 5:
        yield Finding(
            "rules", "fail", f"and {len(problems) - 5} more", "ticket-router rules check on a copy lists all."
        )
    if in_force and not problems:
        words = f"revision {in_force.revision} of {in_force.published_at:%Y-%m-%d %H:%M} UTC is in force"
        yield Finding("rules", "ok", f"{words}: {len(in_force.topics)} topics, {len(in_force.teams)} teams")

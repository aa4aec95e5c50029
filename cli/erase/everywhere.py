"""All the places of a stage, looked through and erased in an order that can be taken up again half-way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.doctor.command import find_patient
from cli.doctor.patient import Patient
from cli.erase.buckets import Bucket
from cli.erase.drive import Folder
from cli.erase.found import Found, Place, Seen
from cli.erase.queues import DeadLetters
from cli.erase.slack import Slack
from cli.erase.tables import Table
from cli.erase.who import Traces, Who
from cli.redrive import SERVICES
from cli.stack import Stack
from services.learning.adapters.google import GoogleFolder
from shared.errors import BadInput


@dataclass(frozen=True)
class Everywhere:
    """Every place of one stage that keeps something of customers."""

    stack: Stack
    outside: tuple[Place, ...]
    """What the tables lead to. Erased first: if we are cut short, the tables lead there again."""
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, stage: str | None) -> Everywhere:
        """The places of a stage. Raises BadInput when a secret that opens one is missing."""
        patient = find_patient(stage)
        stack = patient.stack
        outside: list[Place] = [
            Slack(token=_secret(patient, "slack-bot-token"), url=patient.settings.slack_api_url),
            Folder(_folder(patient)),
            *(DeadLetters(stack, service) for service in SERVICES),
            Bucket(stack, "rules"),
            Bucket(stack, "mail"),
        ]
        return cls(stack, tuple(outside), tuple(Table(stack, name) for name in ("classifier", "dispatch", "intake")))

    @property
    def places(self) -> tuple[Place, ...]:
        """All, in the order in which they are erased."""
        return (*self.outside, *self.tables)

    def traces_of(self, who: Who, seen: Seen) -> Traces:
        """What leads to the customer: the tables say which tickets are theirs."""
        traces = Traces(who)
        for table in self.tables:
            table.learn(traces, seen)
        Bucket(self.stack, "rules").learn(traces, seen)
        return traces

    def find(self, traces: Traces, seen: Seen) -> dict[str, list[Found]]:
        """Everything of theirs, by place."""
        return {place.name: list(place.find(traces, seen)) for place in self.places}

    def erase(self, found: dict[str, list[Found]]) -> Iterator[str]:
        """Take away all that can be taken away; says each place when it is done."""
        for place in self.places:
            if gone := [one for one in found[place.name] if not one.stays]:
                place.erase(gone)
                yield place.name
        self._write_anew()

    def _write_anew(self) -> None:
        """What is made from the rest is made again: the rules in force, and the lists in Slack."""
        for function in ("learning-{}-publish", "dispatch-{}-remind"):
            name = "ticket-router-" + function.format(self.stack.stage)
            answer = self.stack.client("lambda").invoke(FunctionName=name, Payload=b"{}")
            if answer.get("FunctionError"):
                raise RuntimeError(f"{name} failed: its log says why. Run the command again afterwards")


def not_staying(found: dict[str, list[Found]]) -> list[Found]:
    """What can be erased."""
    return [one for some in found.values() for one in some if not one.stays]


def left_over(found: dict[str, list[Found]]) -> dict[str, int]:
    """How much of what should be gone is there still, by place."""
    numbers = {name: sum(not one.by_hand and not one.of_another for one in some) for name, some in found.items()}
    return {name: number for name, number in numbers.items() if number}


def by_hand(found: dict[str, list[Found]]) -> list[Found]:
    """What somebody has to take away where it is."""
    return [one for some in found.values() for one in some if one.by_hand and not one.of_another]


def of_others(found: dict[str, list[Found]]) -> list[str]:
    """Numbers of other customers' tickets that name this one."""
    return sorted({one.of_another for some in found.values() for one in some if one.of_another})


def inboxes(found: dict[str, list[Found]]) -> dict[str, list[str]]:
    """Team inboxes that their tickets were mailed to, with the tickets' numbers."""
    mailed: dict[str, set[str]] = {}
    for one in found.get("table of dispatch", []):
        stored = one.content.get("handoff") if isinstance(one.content, dict) else None
        for there in _destinations(stored):
            if there["kind"] == "inbox" and stored:
                mailed.setdefault(there["address"], set()).add(stored["ticket"]["ticket_id"])
    return {address: sorted(numbers) for address, numbers in sorted(mailed.items())}


def _destinations(value: object) -> Iterable[dict[str, str]]:
    if isinstance(value, dict):
        if {"kind", "address", "ref"} <= value.keys():
            yield value
        for one in value.values():
            yield from _destinations(one)
    elif isinstance(value, list):
        for one in value:
            yield from _destinations(one)


def _secret(patient: Patient, name: str) -> str:
    found = patient.secret(name)
    if not found:
        raise BadInput("stage", f"{name} is not stored, and without it a place stays closed", f"Run {patient.init}")
    return found


def _folder(patient: Patient) -> GoogleFolder:
    key = json.loads(_secret(patient, "google-service-account"))
    settings = patient.settings
    return GoogleFolder(key=key, folder_id=settings.rules_folder, api_root=settings.google_api_root)

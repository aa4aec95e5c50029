"""Holds what became of a sample against what was expected, as seen from outside: log, Slack and inboxes."""

from __future__ import annotations

from dataclasses import dataclass

from local.demo.samples import Sample
from local.demo.watch import Row, Watch, pinged


@dataclass(frozen=True)
class Result:
    """One line of the table."""

    sample: Sample
    row: Row | None
    """The ticket's row of the log; None when it never landed."""
    faults: tuple[str, ...] = ()
    """What was expected and what happened instead. Empty: all as it should be."""
    note: str = ""


def check(sample: Sample, row: Row, watch: Watch, *, first: Row | None = None) -> Result:
    """Everything a person would look at. ``first`` is the ticket that a copy is part of."""
    wanted, faults = sample.expected, list[str]()

    def expect(what: str, wanted: object, found: object) -> None:
        if wanted != found:
            faults.append(f"{what}: expected {wanted}, got {found}")

    if wanted.folded:
        expect("part of", first and first["ticket_id"], row["duplicate_of"])
        faults += _fold_faults(first, watch) if first and not faults else []
        return Result(sample, row, tuple(faults))
    expect("a copy of", None, row["duplicate_of"])
    expect("move", wanted.move, row["move"])
    expect("team", wanted.team, row["team"])
    expect("place", wanted.kind, row["destination"]["kind"])
    if not faults:
        faults += _mail_faults(row, watch) if wanted.kind == "inbox" else _slack_faults(sample, row, watch)
    return Result(sample, row, tuple(faults))


def _slack_faults(sample: Sample, row: Row, watch: Watch) -> list[str]:
    faults = []
    message = watch.message(row)
    team = watch.rules().team(row["team"])
    people = {"lead": team and team.lead, "manager": team and team.manager}
    should = {str(people[role]) for role in sample.expected.pinged}
    if (called := pinged(message)) != should:
        faults.append(f"pinged: expected {_listed(should)}, got {_listed(called)}")
    if sample.text.split(".")[0] not in str(message["blocks"]):
        faults.append("message: the customer's own words are not in it")
    channel, words = row["destination"]["address"].removeprefix("#"), sample.subject or sample.text[:30]
    if not watch.comes_true(lambda: words in watch.queue_list(channel)):
        faults.append("queue list: the ticket is not on the channel's pinned list")
    if sample.expected.on_top != (row["position"] == "top"):
        faults.append(f"position: got {row['position']}")
    return faults


def _mail_faults(row: Row, watch: Watch) -> list[str]:
    address = row["destination"]["address"]
    if any(row["subject"] in mail["subject"] for mail in watch.inbox(address)):
        return []
    return [f"inbox: no mail with “{row['subject']}” came to {address}"]


def _fold_faults(first: Row, watch: Watch) -> list[str]:
    notes = watch.thread(first)
    if len(notes) != 1:
        return [f"thread: expected one note under the first message, got {len(notes)}"]
    called = pinged(notes[0])
    return [f"pinged: expected nobody a second time, got {_listed(called)}"] if called else []


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"

"""``ticket-router forget``: all that is kept of a customer is shown, erased, and looked for again."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.erase import everywhere
from cli.erase.everywhere import Everywhere
from cli.erase.found import Found, Seen
from cli.erase.queues import travelling
from cli.erase.who import Traces, Who
from cli.lines import write_line
from shared.errors import BadInput

_AGAIN, _WAIT_S = 5, 2.0
"""How often what is left is erased again: a list may be written while it is cleared."""


def forget(
    customer: Annotated[
        list[str], typer.Argument(help="Addresses or chat handles of one customer, or single tickets' numbers.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what there is.")] = False,
    receipt: Annotated[Path | None, typer.Option(help="File for the receipt; it names nobody.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    stage: Annotated[str | None, typer.Option(help="Stage to speak to; the local one by default.")] = None,
) -> None:
    """Erase a customer: tickets, files, Slack messages, learnt lines, all of it. Shown first, proven after.

    Looks at every row, object, line and message there is. Cut short, it can be run again. It cannot be undone.
    """
    who = Who.of(customer)
    there = Everywhere.of(stage)
    with progress("Looking everywhere") as seen:
        traces = there.traces_of(who, seen)
        found = there.find(traces, seen)
    say = _silent if as_json else print
    say(shown(found, traces, who))
    most = everywhere.not_staying(found)
    if most and not dry_run:
        _ask(len(most), who, yes=yes)
        mailed = everywhere.inboxes(found)
        left = _erase(there, found, traces)
        written = receipt_of(found, left, mailed, traces, there)
        if receipt:
            receipt.write_text(as_text(written) + "\n", encoding="utf-8")
        say("\n" + as_text(written))
        if as_json:
            write_line(written)
        if everywhere.left_over(left):
            raise RuntimeError("some of it is still there, or came anew: run the command again")
    elif as_json:
        write_line({"found": counted(found), "by_hand": _hands(found), "named_in": everywhere.of_others(found)})


def _ask(number: int, who: Who, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput("--yes", "nobody is here to be asked", "Add --yes, or --dry-run to look only")
    if not typer.confirm(f"\nErase these {number} things of {who}? It cannot be undone."):
        raise typer.Exit(1)


def _erase(there: Everywhere, found: dict[str, list[Found]], traces: Traces) -> dict[str, list[Found]]:
    """Erase, look again, and again while something is left: what travelled meanwhile, a list just written."""
    for _ in range(_AGAIN):
        with progress("Erasing, then looking again") as seen:
            for name in there.erase(found):
                seen(name)
            found = there.find(traces, seen)
        if not everywhere.left_over(found) and not travelling(there.stack):
            break
        time.sleep(_WAIT_S)
    return found


def shown(found: dict[str, list[Found]], traces: Traces, who: Who) -> str:
    """What there is, by place."""
    lines = [f"Kept of {who}: {len(traces.tickets)} ticket(s)"] if traces.tickets else []
    for name, number in counted(found).items():
        lines.append(f"  {name:<28}{number:>5}")
    if not lines:
        lines = [f"Nothing is kept of {who}."]
    for one in everywhere.by_hand(found):
        lines.append(f"  by hand: {one.where}, {one.what}: {one.by_hand}")
    if others := everywhere.of_others(found):
        lines.append(f"  named in tickets of others, which stay: {', '.join(others)}")
        lines.append("  (ticket-router forget T-… erases one of those whole)")
    if traces.other_names:
        lines.append(f"  their tickets also bear the name {', '.join(traces.other_names)}: name it as well")
    return "\n".join(lines)


def counted(found: dict[str, list[Found]]) -> dict[str, int]:
    """How many things of theirs each place has; those that stay are not counted."""
    numbers = {name: sum(not one.stays for one in some) for name, some in found.items()}
    return {name: number for name, number in numbers.items() if number}


def receipt_of(
    found: dict[str, list[Found]],
    left: dict[str, list[Found]],
    mailed: dict[str, list[str]],
    traces: Traces,
    there: Everywhere,
) -> dict[str, Any]:
    """What was done, without a name in it: it may be kept as the proof."""
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "stage": there.stack.stage,
        "by": there.stack.client("sts").get_caller_identity()["Arn"],
        "tickets": len(traces.tickets),
        "erased": counted(found),
        "left": everywhere.left_over(left),
        "by_hand": _hands(left),
        "mailed": {address: len(numbers) for address, numbers in mailed.items()},
        "ticket_numbers": sorted(traces.tickets),
        "travelling": travelling(there.stack),
    }


def as_text(receipt: dict[str, Any]) -> str:
    """A receipt as people read it."""
    lines = [f"Receipt, {receipt['at']}, stage {receipt['stage']}", f"by {receipt['by']}", ""]
    lines += [f"  erased  {name:<28}{number:>5}" for name, number in receipt["erased"].items()]
    left = receipt["left"]
    lines.append("")
    lines += [f"  LEFT    {name:<28}{number:>5}" for name, number in left.items()]
    lines += [] if left else ["Looked again at every row, object, line and message: nothing is left there."]
    lines += [f"By hand: {said}" for said in receipt["by_hand"]]
    lines += [
        f"Mail in {address}: {number} ticket(s). Delete it there; every mail bears the ticket's number."
        for address, number in receipt["mailed"].items()
    ]
    if receipt["ticket_numbers"]:
        lines.append(f"Tickets: {', '.join(receipt['ticket_numbers'])}")
    if receipt["travelling"]:
        lines.append(f"{receipt['travelling']} message(s) still travel: run the command again in a minute.")
    lines.append("Copies that AWS keeps and nobody can change (backups, the event archive): docs/privacy.md.")
    return "\n".join(lines)


def _hands(found: dict[str, list[Found]]) -> list[str]:
    return [f"{one.where}, {one.what}: {one.by_hand}" for one in everywhere.by_hand(found)]


@contextmanager
def progress(title: str) -> Iterator[Seen]:
    """A spinner on stderr that says where we are and how much was looked at."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} seen"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def seen(where: str) -> None:
            bar.update(task, advance=1, description=f"{title}: {where}")

        yield seen


def _silent(*_said: object) -> None:
    """``--json`` prints one object and nothing else."""

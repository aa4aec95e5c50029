"""The fault table: ``python -m tests.chaos [--seeds 20] [--tickets 250] [--first 1]``.

Each seed is a day of its own in simulated time: the services' own handlers over an AWS and a Slack in memory, with
faults, deaths, duplicates and delays drawn by the seed. Ends with 1 when a promise was broken, naming seed and ticket.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from functools import partial

from tests.chaos.simulation.audit import Outcome
from tests.chaos.simulation.run import run


def main() -> int:
    """Run the seeds, a line each, then the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds")
    parser.add_argument("--tickets", type=int, default=250, help="tickets a seed")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    chosen = parser.parse_args()
    # The order of a set must not depend on the process: a seed is the same story every time.
    os.environ["PYTHONHASHSEED"] = "0"
    began, seeds, outcomes = time.monotonic(), range(chosen.first, chosen.first + chosen.seeds), []
    print(f"{'seed':>5}{'tickets':>9}{'faults':>8}{'deaths':>8}{'broken':>8}{'unread':>8}{'settled s':>11}", flush=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=4) as pool:
        for one in pool.imap_unordered(partial(run, tickets=chosen.tickets), seeds):
            outcomes.append(one)
            print(
                f"{one.seed:>5}{one.tickets:>9}{sum(one.faults.values()):>8}{sum(one.kills.values()):>8}"
                f"{len(one.broken):>8}{one.unread:>8}{one.settled_s:>11.0f}",
                flush=True,
            )
    for line in table(outcomes):
        print(line)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if any(one.broken for one in outcomes) else 0


def table(outcomes: list[Outcome]) -> list[str]:
    """All seeds together."""
    faults = sum((one.faults for one in outcomes), Counter[str]())
    kills = sum((one.kills for one in outcomes), Counter[str]())
    rows = {
        "tickets": sum(one.tickets for one in outcomes),
        "workers that died": sum(kills.values()),
        "… at so many different calls": len(kills),
        "lost": sum(len(one.lost) for one in outcomes),
        "doubled": sum(len(one.doubled) for one in outcomes),
        "doubled by mail, SES having answered": sum(len(one.doubled_by_mail) for one in outcomes),
        "mailed again, SES's answer lost": sum(one.mailed_again for one in outcomes),
        "called twice": sum(len(one.called_twice) for one in outcomes),
        "held": sum(one.held for one in outcomes),
        "… of them unread": sum(one.unread for one in outcomes),
        "dead letters": sum(len(one.dead) for one in outcomes),
        "model calls": sum(one.model_calls for one in outcomes),
        "seconds from calm to the last one landed, at most": round(max(one.settled_s for one in outcomes)),
    }
    lines = ["", f"{'fault':<52}{'times':>7}", *(f"{name:<52}{faults[name]:>7}" for name in sorted(faults))]
    lines += ["", f"{f'{len(outcomes)} seeds':<52}", *(f"{name:<52}{value:>7}" for name, value in rows.items())]
    return [*lines, "", *(f"seed {one.seed}: {broken}" for one in outcomes for broken in one.broken)]


if __name__ == "__main__":
    sys.exit(main())

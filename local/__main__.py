"""``python -m local up|demo``: the whole system on this machine."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from local.demo.story import tell
from local.demo.table import print_table
from local.stack.choices import Choices, choices
from local.stack.deploy import DeployFailed
from local.stack.progress import Progress
from local.stack.run import Stack, rules_folder, stack

T = TypeVar("T")

PARENT_LOOK_S = 1.0


async def up(chosen: Choices, progress: Progress) -> int:
    """Start everything, send the samples unless told not to, and stay until stopped."""
    async with stack(chosen, progress, rules=rules_folder(chosen, copy=False)) as running:
        progress.say(f"\nReady after {progress.seconds:.0f} s. The Desk: {running.endpoints.desk_url}\n")
        if chosen.samples:
            # The folder served is the team's own: only its people teach it.
            await _samples(running, chosen, progress, lesson=False)
            progress.say(f"\nThe Desk: {running.endpoints.desk_url}")
        progress.say("Ctrl-C stops everything.")
        await asyncio.Event().wait()
    return 0


async def demo(chosen: Choices, progress: Progress) -> int:
    """Start everything, send the samples, show where each one landed, stop everything."""
    async with stack(chosen, progress, rules=rules_folder(chosen, copy=True)) as running:
        progress.say()
        good = await _samples(running, chosen, progress, lesson=True)
    progress.say(f"\n{progress.seconds:.0f} s in all. Next: make up, and open the Desk in a browser.")
    return 0 if good else 1


async def _samples(running: Stack, chosen: Choices, progress: Progress, *, lesson: bool) -> bool:
    """Send the samples and print the table; False when one did not land where it should."""
    own_reader = chosen.model_url is None
    results = await _beside(lambda: tell(running.endpoints, progress, lesson=lesson, misroute_expected=own_reader))
    progress.say()
    print_table(results)
    wrong = [result for result in results if result.faults]
    for result in wrong:
        for fault in result.faults:
            progress.say(f"✗ {result.sample.name} ({result.sample.title}): {fault}")
    if wrong:
        progress.say(f"{len(wrong)} of {len(results)} did not land as expected. Logs: {chosen.logs}")
    else:
        progress.say("Every ticket landed where it should.")
    return not wrong


async def _beside(work: Callable[[], T]) -> T:
    """Do blocking work in a thread that nobody has to wait for when the runner is told to stop."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell_loop(settle: Callable[[Any], None], outcome: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(lambda: None if done.done() else settle(outcome))

    def run() -> None:
        try:
            tell_loop(done.set_result, work())
        except Exception as error:
            tell_loop(done.set_exception, error)

    threading.Thread(target=run, daemon=True).start()
    return await done


async def _until_stopped(command: str, chosen: Choices, *, with_parent: bool) -> int:
    """Run the command; SIGTERM, Ctrl-C or (asked for) the end of the parent end it in good order."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None

    def stop() -> None:
        if not task.cancelling():  # a second Ctrl-C must not cut the cleaning up short
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    watch = asyncio.create_task(_parent_gone(os.getppid(), task)) if with_parent else None
    progress = Progress()
    try:
        return await {"up": up, "demo": demo}[command](chosen, progress)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):  # nobody may be reading any more
            progress.say(f"\nStopped after {progress.seconds:.0f} s; nothing is left running.")
        return 0 if command == "up" else 130
    except (DeployFailed, RuntimeError, TimeoutError) as error:
        print(f"\n{error or type(error).__name__}\nLogs: {chosen.logs}", file=sys.stderr)
        return 1
    finally:
        if watch:
            watch.cancel()


async def _parent_gone(parent: int, task: asyncio.Task[int]) -> None:
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_LOOK_S)
    task.cancel()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=("up", "demo"))
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started this one is gone"
    )
    arguments = parser.parse_args()
    code = asyncio.run(_until_stopped(arguments.command, choices(), with_parent=arguments.with_parent))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # all is cleaned up; a thread that still waits for a ticket must not hold us back


if __name__ == "__main__":
    main()

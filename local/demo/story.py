"""The demo: send the samples, wait until each has landed, correct a misroute, and see that it was learned from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from slack_sdk.errors import SlackApiError

from local.demo.check import Result, check
from local.demo.samples import AGAIN, MISROUTED, RIGHT_PLACE, SAMPLES, SIMILAR, Sample
from local.demo.send import Sender
from local.demo.watch import Row, Watch, until
from local.stack.endpoints import Endpoints
from local.stack.progress import Progress

PATIENCE_S = 90.0
"""From sending to landing. Seconds are usual; a slow machine starting nine functions at once takes longer."""


def tell(endpoints: Endpoints, progress: Progress, *, lesson: bool, misroute_expected: bool = True) -> list[Result]:
    """Send all samples to a running stack and answer what became of each, in the order a reader wants them.

    With ``lesson`` a lead corrects the misroute, which writes into the rules folder, and a similar ticket follows.
    ``misroute_expected`` is False for a model that may get it right by itself.
    """
    watch, sender = Watch(endpoints), Sender(endpoints)
    with progress.step(f"{len(SAMPLES) + 1} tickets sent by mail, form and chat, and landed"):
        rows = _send_and_wait((*SAMPLES, MISROUTED), sender, watch)
    if not any(rows.values()):  # something is broken; waiting for more of the same tells nobody more
        return [_never(sample) for sample in rows]
    with progress.step("the same problem sent again by another lane"):
        rows |= _send_and_wait((AGAIN,), sender, watch)
    results = _results(rows, watch)
    if not lesson:
        return [*results, _left_to_correct(rows[MISROUTED])]
    if _is_right(rows[MISROUTED]):
        return [*results, _right_at_once(rows[MISROUTED], watch, misroute_expected)]
    with progress.step("a lead corrects a misroute with one click, and it is learned"):
        faults = _correct(rows[MISROUTED], watch)
    with progress.step("a similar ticket after the lesson"):
        rows |= _send_and_wait((SIMILAR,), sender, watch)
    return [*results, *_lesson(rows, faults, watch)]


def _is_right(row: Row | None) -> bool:
    return row is not None and row["team"] == RIGHT_PLACE[0]


def _left_to_correct(row: Row | None) -> Result:
    """Without a lesson the misroute is left for whoever watches."""
    if row is None:
        return _never(MISROUTED)
    note = "" if _is_right(row) else "a misroute: press Reassign on the Desk, and see it learn"
    return Result(MISROUTED, row, note=note)


def _right_at_once(row: Row | None, watch: Watch, misroute_expected: bool) -> Result:
    if any(example.learned_from for example in watch.rules().examples):
        return Result(MISROUTED, row, note="sorted right: the rules folder has that lesson already")
    faults = ("expected a misroute to correct, and it was sorted right at once",) if misroute_expected else ()
    return Result(MISROUTED, row, faults, note="sorted right at once: nothing to correct")


def _send_and_wait(samples: tuple[Sample, ...], sender: Sender, watch: Watch) -> dict[Sample, Row | None]:
    """Send them at once; answer the row of each, None for one that did not land in time."""

    def one(sample: Sample) -> Row | None:
        before = len(watch.rows(sample.email))
        _send(sample, sender)
        try:
            rows = until(lambda: watch.landed(sample.email, before + 1), seconds=PATIENCE_S, what=sample.title)
        except TimeoutError:
            return None
        return rows[-1]

    with ThreadPoolExecutor(len(samples)) as pool:
        return dict(zip(samples, pool.map(one, samples), strict=True))


def _send(sample: Sample, sender: Sender) -> None:
    if sample.way == "mail":
        sender.mail(email=sample.email, name=sample.name, subject=sample.subject, text=sample.text)
    elif sample.way == "form":
        fields = {"email": sample.email, "name": sample.name, "subject": sample.subject, "message": sample.text}
        sender.form(**fields).raise_for_status()
    else:
        customer = {"email": sample.email, "name": sample.name}
        answer = sender.chat(conversation=f"demo-{sample.email}", texts=[sample.text], customer=customer)
        answer.raise_for_status()


def _correct(row: Row | None, watch: Watch) -> list[str]:
    """Press Reassign on the misrouted ticket; wait until it has moved and the lesson is published."""
    if row is None:
        return ["it never landed"]
    team, topic = RIGHT_PLACE
    known = {example.example_id for example in watch.rules().examples}
    try:
        answer = watch.press(row, action="reassign", value=f"{team}|{topic}")
        if answer.status_code != 200:
            return [f"reassign: expected 200, got {answer.status_code} {answer.text}"]

        def moved() -> Row | None:
            now = watch.log.row(row["ticket_id"])
            there = now and now["team"] == team and now["destination"]["address"].removeprefix("#") == team
            return now if there else None

        def learned() -> bool:
            return any(e.learned_from and e.example_id not in known for e in watch.rules().examples)

        until(moved, seconds=PATIENCE_S, what=f"the ticket in #{team}")
        until(learned, seconds=PATIENCE_S, what="the lesson among the published examples")
    except (TimeoutError, LookupError, StopIteration, SlackApiError) as error:
        return [str(error) or f"the message offers no way to reassign it to {team}, {topic}"]
    return []


def _results(rows: dict[Sample, Row | None], watch: Watch) -> list[Result]:
    results = []
    for sample in (*SAMPLES[:3], AGAIN, *SAMPLES[3:]):
        first = rows[SAMPLES[2]] if sample is AGAIN else None
        results.append(_result(sample, rows[sample], watch, first=first))
    return results


def _lesson(rows: dict[Sample, Row | None], faults: list[str], watch: Watch) -> list[Result]:
    team, topic = RIGHT_PLACE
    wrong = Result(MISROUTED, rows[MISROUTED], tuple(faults), note=f"a lead reassigned it: {topic}, {team}")
    right = _result(SIMILAR, rows[SIMILAR], watch)
    return [wrong, right if right.faults else replace(right, note="sorted right, because of that lesson")]


def _result(sample: Sample, row: Row | None, watch: Watch, *, first: Row | None = None) -> Result:
    if row is None:
        return _never(sample)
    try:
        return check(sample, row, watch, first=first)
    except (SlackApiError, LookupError) as error:
        return Result(sample, row, (f"Slack: {error}",))


def _never(sample: Sample) -> Result:
    return Result(sample, None, (f"expected it to land within {PATIENCE_S:.0f} s, and it did not",))

"""How routed tickets fared reaches the rules in force: dispatch counts, learning publishes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from contracts.rules import Outcome
from contracts.ticket import Person, Placement
from contracts.ticket_corrected_v2 import Correction
from local.demo.send import Sender
from local.demo.watch import Row, Watch

NewCustomer = Callable[..., str]
Landed = Callable[..., list[Row]]


def test_tickets_left_alone_and_tickets_moved_come_into_the_rules(
    send: Sender, watch: Watch, customer: NewCustomer, landed: Landed
) -> None:
    email, model = customer(), f"model-{uuid.uuid4().hex[:8]}"
    send.form(email=email, subject="Billing address", message="How do I change my billing address?")
    today = watch.log.get(landed(email)[0]["ticket_id"])
    assert today is not None
    assert today.reading is not None
    assert today.reading.confidence_before_outcomes is not None
    before = watch.rules().revision

    # The same hand-off as it would stand in the log after five days, taken; of one model, so that it is told apart.
    at = datetime.now(UTC) - timedelta(days=5)
    reading = today.reading.model_copy(update={"model": model, "confidence_before_outcomes": 0.9})
    old = {"reading": reading, "taken_by": Person(id="U0FINLEAD"), "taken_at": at, "said": 1, "stored": 0}
    moved = Correction(
        kind="reassigned",
        before=today.placement(),
        after=Placement(team="support", topic="login"),
        corrected_by=Person(id="U0FINLEAD"),
        corrected_at=at,
    )
    for corrections in ((), (), (moved,)):
        ticket = today.ticket.model_copy(update={"ticket_id": f"T-{uuid.uuid4().hex[:12]}", "received_at": at})
        watch.log.save(today.model_copy(update={**old, "ticket": ticket, "corrections": corrections}))

    name = f"ticket-router-dispatch-{watch.endpoints.stage}-countOutcomes"
    assert "FunctionError" not in watch.client("lambda").invoke(FunctionName=name, Payload=b"{}")

    def counted() -> list[Outcome]:
        return [outcome for outcome in watch.rules().outcomes if outcome.model == model]

    assert watch.comes_true(lambda: bool(counted()), seconds=30)
    assert counted() == [Outcome(model=model, confidence=0.9, right=2, wrong=1)]
    assert watch.rules().revision > before

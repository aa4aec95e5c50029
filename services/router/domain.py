"""Which of the four moves, for which team, and why. Pure: ticket, reading and rules go in, a move comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from contracts.rules import TRIAGE, Condition, PriorityRule, Rules, Team, Vip, address_matches
from contracts.ticket import Move, Ping, Reading, Ticket
from contracts.words import has_word, spelling

LEAST_CONFIDENCE = 0.5
"""Below this a reading itself says that its topic is more likely wrong than right."""

_LOUDEST_FIRST = ("escalate", "priority")


def decide_move(ticket: Ticket, reading: Reading, rules: Rules) -> Move:
    """Decide the move for a ticket.

    What a machine may have sent, and mail of a sender whom people called no customer, waits quietly in triage, whatever
    else is true of it: a person decides. Team: the customer's pin, then the topic, then the triage lane. Kind: hold
    when unclear or half-empty, else the loudest matching priority rule, else route. A held ticket that a rule would
    have raised, or that has an urgent word in it, lies on top of the triage lane and its people are pinged: unclear
    must not mean unseen.
    """
    vip = rules.vip(ticket.customer.email)
    if quiet := why_quiet(ticket, rules):
        return _quiet_hold(quiet, rules, vip)
    words = urgent_words_in(ticket, rules)
    rule = loudest_match(ticket, reading, rules, is_vip=vip is not None, has_urgent_word=bool(words))
    hold = why_hold(ticket, reading, rules, vip)
    team, team_reason = (rules.team(TRIAGE), hold) if hold else team_for(reading, rules, vip)
    loud = move_of(rule, ticket) if rule else None
    reasons = (
        team_reason,
        _rule_reason(rule, loud),
        _word_reason(words),
        _name_reason(vip, ticket),
        _revision_reason(rules),
    )
    raised = loud is not None or (hold is not None and bool(words))
    return Move(
        kind="hold" if hold else loud or "route",
        team=team.name if team else TRIAGE,
        position="top" if raised else "normal",
        pings=pings_for(team, loud, vip, at=ticket.received_at),
        reasons=tuple(filter(None, reasons)),
        vip=vip is not None,
        rules_revision=rules.revision,
    )


def as_read(ticket: Ticket, reading: Reading) -> Ticket:
    """The ticket, as a copy of the one that the reading says it repeats. A copy is no move: it still has its own."""
    if reading.same_as is None or ticket.duplicate_of or ticket.follow_up_to:
        return ticket
    return ticket.model_copy(update={"duplicate_of": reading.same_as, "link_reason": reading.same_because})


def why_quiet(ticket: Ticket, rules: Rules) -> str | None:
    """Why a ticket must disturb nobody, though a person is to see it; None for what people write."""
    if ticket.maybe_automatic:
        return f"maybe automatic, {ticket.maybe_automatic}"
    listed = rules.not_tickets if ticket.source == "mail" else ()
    one = next((one for one in listed if address_matches(ticket.customer.email, one.match)), None)
    return f"Not tickets, line {one.line}: {one.match}" if one else None


def _quiet_hold(why: str, rules: Rules, vip: Vip | None) -> Move:
    """Triage, below what people wrote, and nobody called: an absence note can be as urgent as it likes."""
    triage = rules.team(TRIAGE)
    return Move(
        kind="hold",
        team=triage.name if triage else TRIAGE,
        position="normal",
        reasons=(f"Held quietly: {why}", _revision_reason(rules)),
        vip=vip is not None,
        rules_revision=rules.revision,
    )


def why_hold(ticket: Ticket, reading: Reading, rules: Rules, vip: Vip | None) -> str | None:
    """Why a person must look before anyone else does; None when the ticket may go its way."""
    if ticket.flags:
        return f"Held: marked as {', '.join(ticket.flags)}"
    if not (ticket.customer.email or ticket.customer.handle or ticket.customer.name):
        return "Held: it does not say who the customer is"
    if reading.outcome == "too_short" or not (ticket.text.strip() or ticket.subject.strip()):
        return f"Held: too little to go on{_because(reading)}"
    if reading.outcome == "unread":
        return f"Held: it could not be read{_because(reading)}"
    if vip is not None and vip.team and rules.team(vip.team):
        return None
    return _why_unclear(reading, rules)


def _why_unclear(reading: Reading, rules: Rules) -> str | None:
    if reading.topic is None:
        return f"Held: the topic is not clear{_because(reading)}{_likeliest(reading)}"
    topic = rules.topic(reading.topic)
    if topic is None:
        return f"Held: the Topics tab has no topic “{reading.topic}”"
    if rules.team(topic.team) is None:
        return f"Held: Topics, row {topic.row} names team “{topic.team}”, which the Teams tab does not have"
    if reading.confidence < LEAST_CONFIDENCE:
        return f"Held: only {reading.confidence:.0%} sure that it is about {topic.name}{_likeliest(reading)}"
    return None


def team_for(reading: Reading, rules: Rules, vip: Vip | None) -> tuple[Team | None, str]:
    """The team of a ticket that is not held, with the line that says so."""
    pinned = rules.team(vip.team) if vip and vip.team else None
    if vip and pinned:
        return pinned, f"VIP customers, line {vip.line}: {vip.match} is pinned to {pinned.name}"
    topic = rules.topic(reading.topic or "")
    if topic is None:
        raise ValueError("a ticket without a topic of the sheet is held, not routed")
    return rules.team(topic.team), f"Topics, row {topic.row}: {topic.name} goes to {topic.team}"


def loudest_match(
    ticket: Ticket, reading: Reading, rules: Rules, *, is_vip: bool, has_urgent_word: bool
) -> PriorityRule | None:
    """The first matching rule, escalate before priority: the loudest one wins wherever it stands in the doc."""

    def holds(condition: Condition) -> bool:
        return condition_holds(condition, ticket, reading, is_vip=is_vip, has_urgent_word=has_urgent_word)

    by_loudness = sorted(rules.priority_rules, key=lambda rule: _LOUDEST_FIRST.index(move_of(rule, ticket)))
    return next((rule for rule in by_loudness if all(map(holds, rule.when))), None)


def move_of(rule: PriorityRule, ticket: Ticket) -> Literal["priority", "escalate"]:
    """What the rule does with this ticket: on a name that anybody can write, no manager is called.

    A rule that says *verified* itself, or *unverified*, says what it means.
    """
    named = [condition for condition in rule.when if condition.field == "customer"]
    on_name_alone = any(condition.op == "is" for condition in named) and not any(
        value in ("verified", "unverified") for condition in named for value in condition.values
    )
    return "priority" if on_name_alone and not ticket.customer.verified else rule.move


def condition_holds(
    condition: Condition, ticket: Ticket, reading: Reading, *, is_vip: bool, has_urgent_word: bool
) -> bool:
    """Whether one ``field op value`` is true of the ticket."""
    if condition.op == "has urgent word":
        return has_urgent_word
    matches = any(_value_matches(condition.field, value, ticket, reading, is_vip) for value in condition.values)
    return not matches if condition.op == "is not" else matches


def _value_matches(field: str, value: str, ticket: Ticket, reading: Reading, is_vip: bool) -> bool:
    if field == "customer":
        known = {"vip": is_vip, "verified": ticket.customer.verified, "unverified": not ticket.customer.verified}
        said = known.get(value.casefold())
        return address_matches(ticket.customer.email, value) if said is None else said
    if field == "text":
        return has_word(f"{ticket.subject}\n{ticket.text}", value)
    read = {"tone": reading.tone, "urgency": reading.urgency, "topic": reading.topic, "source": ticket.source}[field]
    return spelling(read or "") == spelling(value)


def urgent_words_in(ticket: Ticket, rules: Rules) -> tuple[str, ...]:
    """The sheet's urgent words that stand in the ticket, in the doc's order."""
    text = f"{ticket.subject}\n{ticket.text}"
    return tuple(word for word in rules.urgent_words if has_word(text, word))


def pings_for(team: Team | None, loud: str | None, vip: Vip | None, *, at: datetime) -> tuple[Ping, ...]:
    """Who is called: the lead or whoever is on call then on priority, the manager as well on escalate, an owner always.

    Nobody is called twice.
    """
    pings: list[Ping] = []
    if vip and vip.person:
        pings.append(Ping(role="owner", who=vip.person))
    if team and loud == "escalate" and team.manager:
        pings.append(Ping(role="manager", who=team.manager))
    if team and loud and (on_duty := team.on_duty(at)):
        pings.append(on_duty)
    return tuple({ping.who.casefold(): ping for ping in reversed(pings)}.values())[::-1]


def _because(reading: Reading) -> str:
    return f" ({reading.why})" if reading.why else ""


def _likeliest(reading: Reading) -> str:
    names = [candidate.topic for candidate in reading.candidates[:3]]
    return f"; likeliest: {', '.join(names)}" if names else ""


def _rule_reason(rule: PriorityRule | None, move: str | None) -> str:
    if rule is None:
        return ""
    lowered = f"; {move} only, because the customer's address is not verified" if move != rule.move else ""
    return f"Priority rules, line {rule.line}: {rule.text}{lowered}"


def _name_reason(vip: Vip | None, ticket: Ticket) -> str:
    if vip is None or ticket.customer.verified:
        return ""
    return f"VIP customers, line {vip.line}: {vip.match}, by an address that is not verified"


def _word_reason(words: tuple[str, ...]) -> str:
    return f"Urgent word{'s' if len(words) > 1 else ''}: {', '.join(words)}" if words else ""


def _revision_reason(rules: Rules) -> str:
    return f"Rules revision {rules.revision}"

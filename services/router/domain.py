"""Which of the four moves, for which team, and why. Pure: ticket, reading and rules go in, a move comes out."""

from __future__ import annotations

from datetime import datetime

from contracts.rules import TRIAGE, Condition, PriorityRule, Rules, Team, Vip, address_matches
from contracts.ticket import Move, Ping, Reading, Ticket
from contracts.words import has_word, spelling

LEAST_CONFIDENCE = 0.5
"""Below this a reading itself says that its topic is more likely wrong than right."""

_LOUDEST_FIRST = ("escalate", "priority")


def decide_move(ticket: Ticket, reading: Reading, rules: Rules) -> Move:
    """Decide the move for a ticket.

    What a machine may have sent waits quietly in triage, whatever else is true of it: a person decides. Team: the
    customer's pin, then the topic, then the triage lane. Kind: hold when unclear or half-empty, else the
    loudest matching priority rule, else route. A held ticket that a rule would have raised, or that has an urgent
    word in it, lies on top of the triage lane and its people are pinged: unclear must not mean unseen.
    """
    vip = rules.vip(ticket.customer.email)
    if ticket.maybe_automatic:
        return _quiet_hold(ticket.maybe_automatic, rules, vip)
    words = urgent_words_in(ticket, rules)
    rule = loudest_match(ticket, reading, rules, is_vip=vip is not None, has_urgent_word=bool(words))
    hold = why_hold(ticket, reading, rules, vip)
    team, team_reason = (rules.team(TRIAGE), hold) if hold else team_for(reading, rules, vip)
    loud = rule.move if rule else None
    raised = loud is not None or (hold is not None and bool(words))
    return Move(
        kind="hold" if hold else loud or "route",
        team=team.name if team else TRIAGE,
        position="top" if raised else "normal",
        pings=pings_for(team, loud, vip, at=ticket.received_at),
        reasons=tuple(filter(None, (team_reason, _rule_reason(rule), _word_reason(words), _revision_reason(rules)))),
        vip=vip is not None,
        rules_revision=rules.revision,
    )


def _quiet_hold(why: str, rules: Rules, vip: Vip | None) -> Move:
    """Triage, below what people wrote, and nobody called: an absence note can be as urgent as it likes."""
    triage = rules.team(TRIAGE)
    return Move(
        kind="hold",
        team=triage.name if triage else TRIAGE,
        position="normal",
        reasons=(f"Held quietly: maybe automatic, {why}", _revision_reason(rules)),
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

    by_loudness = sorted(rules.priority_rules, key=lambda rule: _LOUDEST_FIRST.index(rule.move))
    return next((rule for rule in by_loudness if all(map(holds, rule.when))), None)


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
        return is_vip if value.casefold() == "vip" else address_matches(ticket.customer.email, value)
    if field == "text":
        return has_word(f"{ticket.subject}\n{ticket.text}", value)
    said = {"tone": reading.tone, "urgency": reading.urgency, "topic": reading.topic, "source": ticket.source}[field]
    return spelling(said or "") == spelling(value)


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


def _rule_reason(rule: PriorityRule | None) -> str:
    return f"Priority rules, line {rule.line}: {rule.text}" if rule else ""


def _word_reason(words: tuple[str, ...]) -> str:
    return f"Urgent word{'s' if len(words) > 1 else ''}: {', '.join(words)}" if words else ""


def _revision_reason(rules: Rules) -> str:
    return f"Rules revision {rules.revision}"

"""The Doc's Settings: a line each, *name: value*. A line that would let the wrong people be called is fatal."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from contracts.rules import AnswerLink, Team
from services.learning.domain.channel import channel_in
from services.learning.domain.customers import team_named
from services.learning.domain.problem import Problem
from services.learning.domain.sections import SETTINGS, Written
from services.learning.domain.writing import closest, did_you_mean, key, listed, without_comment

_TARGET = re.compile(
    r"^(?:hold\s+|precision\s+)?target\s*(?:is|=|:|\|)?\s*"
    r"(?P<value>\d+(?:[.,]\d+)?)\s*(?P<percent>%|percent|per cent)?$",
    re.I,
)
_ANSWER = re.compile(
    r"^answers?\s+(?:to\s+)?(?:an?\s+|the\s+)?(?P<source>[\w-]+)\s*(?:\bat\b|\bin\b|\bwith\b|[:=|→])+\s*(?P<template>.*)$",
    re.I,
)
_NAMED = re.compile(r"^(?P<name>[^:=|]+?)\s*(?:[:=|]|\bis\b)\s*(?P<value>.+)$")
_SOURCES = {"mail": "mail mails email emails e-mail e-mails", "form": "form forms", "chat": "chat chats"}
_PLACES = {
    "mail": ("message_id", "customer", "subject", "ticket_id"),
    "form": ("customer", "subject", "ticket_id"),
    "chat": ("conversation_id", "customer", "subject", "ticket_id"),
}
"""What may stand in braces, by source."""
_YES, _NO = ("yes", "on", "true", "y"), ("no", "off", "false", "n")
KNOWN = (
    "hold target: 95 %", "answer mail at https://…{message_id}…", "answer chat at https://…{conversation_id}…",
    "answer form at mailto:", "mode: shadow", "live: finance", "shadow channel: #name",
    "per person figures in the digest: yes",
)  # fmt: skip
"""A line of each setting, as it is shown to whoever wrote another."""


@dataclass
class Options:
    """What the Settings say. None: nothing, so that the default holds."""

    target: float | None = None
    answer_links: tuple[AnswerLink, ...] = ()
    shadow: bool | None = None
    live_teams: tuple[str, ...] = ()
    shadow_channel: str | None = None
    per_person: bool = False
    live_at: Written | None = None
    """The line that names the live teams."""


class _Wrong(ValueError):
    def __init__(self, wrong: str, cure: str, *, fatal: bool = False) -> None:
        super().__init__(wrong)
        self.wrong, self.cure, self.fatal = wrong, cure, fatal


def read_options(lines: Sequence[Written], teams: Sequence[Team]) -> tuple[Options, list[Problem]]:
    """Read every line. Of two that say one thing the first counts, and the other is reported."""
    options, said = Options(), dict[str, int]()
    problems: list[Problem] = []
    for written in lines:
        try:
            what = _read(written, options, teams, said)
        except _Wrong as fault:
            problem = Problem("Doc", SETTINGS, written.number, written.quote, fault.wrong, fault.cure, fault.fatal)
            problems.append(problem)
        else:
            said[what] = written.number
    if options.live_at and not options.shadow:
        wrong = "teams are named live only while the others are in shadow mode; now all are live."
        cure = "Write mode: shadow above it, or delete the line."
        at = options.live_at
        problems.append(Problem("Doc", SETTINGS, at.number, at.quote, wrong, cure))
        options.live_teams = ()
    return options, problems


def _read(written: Written, options: Options, teams: Sequence[Team], said: dict[str, int]) -> str:
    text = without_comment(written.text).rstrip(".")
    if target := _TARGET.match(text):
        return _once("hold target", said, lambda: _target(target, options))
    if found := _ANSWER.match(text):
        source = _source(found["source"])
        template = checked_template(source, found["template"].strip())
        link = AnswerLink.model_validate({"source": source, "template": template, "line": written.number})
        return _once(f"answer {source}", said, lambda: setattr(options, "answer_links", (*options.answer_links, link)))
    named = _NAMED.match(text)
    name, value = (key(named["name"]), named["value"].strip()) if named else (key(text), "")
    if name == "mode":
        return _once("mode", said, lambda: setattr(options, "shadow", _mode(value)))
    if name in ("live", "live teams", "live for"):
        what = _once("live", said, lambda: setattr(options, "live_teams", _live(value, teams)))
        options.live_at = written
        return what
    if name == "shadow channel":
        return _once("shadow channel", said, lambda: setattr(options, "shadow_channel", _channel(value)))
    if re.fullmatch(r"per person(?: figures)?(?: in the digest)?", name):
        return _once("per person", said, lambda: setattr(options, "per_person", _yes(value)))
    raise _Wrong(f"I know no setting *{name}*.", _like(name))


def _once(name: str, said: dict[str, int], take: Callable[[], None]) -> str:
    if name in said:
        raise _Wrong(f"line {said[name]} says the {name} already; that one counts.", "Delete one of them.")
    take()
    return name


def _target(found: re.Match[str], options: Options) -> None:
    value = float(found["value"].replace(",", "."))
    share = value / 100 if found["percent"] or value > 1 else value
    if not 0.5 <= share <= 0.999:
        raise _Wrong("the hold target lies between 50 % and 99.9 %.", "Write: hold target: 95 %.")
    options.target = share


def _source(said: str) -> str:
    for source, spellings in _SOURCES.items():
        if said.casefold() in spellings.split():
            return source
    raise _Wrong(f"tickets come by mail, form or chat; not by *{said}*.", did_you_mean(said, _SOURCES))


def checked_template(source: str, template: str) -> str:
    """The address template, when a ticket of that source can be put into it. Raises with what is wrong and the cure.

    A customer's words stand in it: never in the part that says whose page it is.
    """
    example = f"Write: answer {source} at https://… or mailto:."
    if not template:
        raise _Wrong("there is no address behind it.", example)
    scheme = template.partition(":")[0].casefold()
    if scheme not in ("https", "mailto") or ":" not in template:
        raise _Wrong(f"an answer link begins with https: or mailto:; not *{template.partition('/')[0]}*.", example)
    if re.search(r"\s", template):
        raise _Wrong("an address has no spaces in it.", "Write %20 for each.")
    for name in re.findall(r"\{([^{}]*)\}", template):
        if name not in _PLACES[source]:
            near = closest(name, _PLACES[source])
            known = ", ".join(f"{{{one}}}" for one in _PLACES[source])
            elsewhere = any(name in names for names in _PLACES.values())
            wrong = f"a {source} has no {{{name}}}." if elsewhere else f"I do not know {{{name}}}."
            raise _Wrong(wrong, f"Did you mean {{{near}}}?" if near else f"There is: {known}.")
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", template)):
        raise _Wrong("a brace is open at one side.", "Write a value as {subject}.")
    if scheme == "https" and not _is_page(template):
        raise _Wrong("the address names no page of its own before the first { or /.", example)
    return template


def _is_page(template: str) -> bool:
    try:
        host = urlsplit(template).netloc
    except ValueError:
        return False
    return bool(re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?", host))


def _mode(value: str) -> bool:
    if key(value) not in ("shadow", "live"):
        cure = did_you_mean(value, ("shadow", "live"))
        # Left out, everybody would be called though nobody should be yet; or nobody though all should.
        raise _Wrong(f"the mode is shadow or live; not *{value}*.", cure, fatal=True)
    return key(value) == "shadow"


def _live(value: str, teams: Sequence[Team]) -> tuple[str, ...]:
    found = []
    for name in (one for part in listed(value) for one in re.split(r"\s+and\s+", part)):
        team = team_named(name, teams)
        if team is None:
            raise _Wrong(
                f"the Teams tab has no team *{name}*.", did_you_mean(name, (one.name for one in teams)), fatal=True
            )
        found.append(team)
    return tuple(dict.fromkeys(found))


def _channel(value: str) -> str:
    channel = channel_in(value)
    if channel is None:
        raise _Wrong(f"*{value}* is no Slack channel name.", "Write it as Slack shows it, like #router-trial.")
    return channel


def _yes(value: str) -> bool:
    if key(value) not in (*_YES, *_NO):
        raise _Wrong(f"this is yes or no; not *{value}*.", "Write: per person figures in the digest: yes.")
    return key(value) in _YES


def _like(name: str) -> str:
    near = closest(name, [re.split(r"[:]| at ", line)[0] for line in KNOWN])
    lines = [line for line in KNOWN if near and line.startswith(near)]
    return f"Did you mean: {lines[0]}?" if lines else f"There is: {'; '.join(KNOWN)}."

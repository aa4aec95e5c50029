"""The Sheet's two tabs, as rows of cells the way people left them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.rules import CHANNEL_ID, TRIAGE, Team, Topic
from services.learning.domain.addresses import address_in, person_in
from services.learning.domain.hours import read_hours
from services.learning.domain.problem import Problem, Unclear
from services.learning.domain.writing import closest, did_you_mean, is_comment, key, plain, unquoted

Rows = Sequence[Sequence[object]]

TOPICS, TEAMS = "Topics", "Teams"
_TOPIC_COLUMNS = {
    "topic": ("topic", "topics", "name", "topic name"),
    "covers": ("what it covers", "covers", "what does it cover", "description", "about", "meaning"),
    "team": ("team", "goes to", "team or person", "owner", "routed to", "send to"),
}
_TEAM_COLUMNS = {
    "team": ("team", "teams", "name", "team name"),
    "channel": ("slack channel", "channel", "slack"),
    "inbox": ("inbox", "shared inbox", "e mail", "email", "mail", "mailbox", "address"),
    "lead": ("lead", "team lead", "leader"),
    "manager": ("manager", "boss", "head"),
    "on_call": ("on call", "oncall", "on duty"),
    "hours": ("hours", "business hours", "office hours", "working hours"),
}
_CELL_ERROR = re.compile(r"^#(REF!|N/A|NAME\?|VALUE!|ERROR!|DIV/0!|NUM!|NULL!)|^Loading\.\.\.$")
_CHANNEL = re.compile(r"[^\s#.,@<>|/A-Z]{1,80}")
"""Slack: channel names are at most 80 characters, lower case, without spaces or full stops."""
_CHANNEL_ID = re.compile(
    rf"(?:https://[\w.-]+\.slack\.com/(?:archives|client/T\w+)/|<?#?)(?P<id>{CHANNEL_ID.pattern})(?:\|[^>]*)?[>/]?"
)
"""A channel by its id: *Copy channel ID*, *Copy link*, or as Slack writes it in a message."""
_OTHER_ID = re.compile(r"[UWDTB](?=[A-Z]*\d)[A-Z0-9]{8,20}")
"""A member's, a conversation's, a workspace's: nothing that a ticket could be posted in."""


@dataclass(frozen=True)
class _Row:
    number: int
    cells: dict[str, str]

    def quote(self) -> str:
        return " | ".join(cell for cell in self.cells.values() if cell)


def read_teams(rows: Rows) -> tuple[tuple[Team, ...], list[Problem]]:
    """The teams of the Teams tab, first of a name wins, and what could not be understood."""
    table, problems = _table(TEAMS, rows, _TEAM_COLUMNS, needed=("team",))
    teams: dict[str, Team] = {}
    for row in table:
        name = row.cells["team"]
        if not name:
            problems.append(_row_problem(TEAMS, row, "the team has no name.", "Write one, or empty the row."))
        elif key(name) in teams:
            first = teams[key(name)].row
            problems.append(_row_problem(TEAMS, row, f"team {name} is already in row {first}.", "Delete one of them."))
        else:
            team, faults = _team(row)
            problems += faults
            teams[key(name)] = team
    if table and key(TRIAGE) not in teams:
        wrong = f"there is no team named {TRIAGE}, whose lane takes the held tickets."
        problems.append(Problem("Sheet", TEAMS, None, "", wrong, f"Add a row for {TRIAGE}.", fatal=True))
    return tuple(teams.values()), problems


def read_topics(rows: Rows, teams: Sequence[Team]) -> tuple[tuple[Topic, ...], list[Problem]]:
    """The topics of the Topics tab, each with the team's name as the Teams tab spells it.

    A topic without a team that exists is fatal: the last good rules still know where to send it, and to leave it out
    would make its tickets look like some other topic's.
    """
    table, problems = _table(TOPICS, rows, _TOPIC_COLUMNS, needed=("topic", "team"))
    names = {key(team.name): team.name for team in teams}
    topics: dict[str, Topic] = {}
    for row in table:
        name, team = row.cells["topic"], row.cells["team"]
        if not name:
            problems.append(_row_problem(TOPICS, row, "the topic has no name.", "Write one, or empty the row."))
        elif key(name) in topics:
            first = topics[key(name)].row
            problems.append(
                _row_problem(TOPICS, row, f"topic {name} is already in row {first}; that one counts.", "Delete one.")
            )
        else:
            if key(team) not in names:
                wrong = f"the Teams tab has no team *{team}*." if team else f"topic {name} has no team."
                cure = did_you_mean(team, names.values()) if team else "Write a team of the Teams tab."
                problems.append(_row_problem(TOPICS, row, wrong, cure, fatal=True))
            # Kept all the same: the Doc may name it, and one mistake is to be reported once.
            spelled, covers = names.get(key(team), team), row.cells.get("covers", "")
            topics[key(name)] = Topic(name=name, covers=covers, team=spelled, row=row.number)
    return tuple(topics.values()), problems


def _team(row: _Row) -> tuple[Team, list[Problem]]:
    cells = row.cells
    problems: list[Problem] = []
    kept: dict[str, Any] = {}
    if channel := cells.get("channel", ""):
        if found := _channel(channel):
            kept["channel"] = found
        else:
            wrong = f"*{channel}* is no Slack channel name."
            cure = "Write it as Slack shows it, like #finance, or its id (channel's name, About, Channel ID)."
            problems.append(_row_problem(TEAMS, row, wrong, cure))
    inbox = cells.get("inbox", "")
    if address := address_in(inbox):
        kept["inbox"] = address
    elif inbox:
        wrong = f"*{inbox}* is no e-mail address."
        problems.append(_row_problem(TEAMS, row, wrong, "Write one address, like finance@example.com."))
    for column in ("lead", "manager", "on_call"):
        who = cells.get(column, "")
        if person := person_in(who):
            kept[column] = person
        elif who:
            wrong = f"{column.replace('_', ' ')} *{who}* is neither a Slack user id nor an e-mail address."
            cure = "In Slack: profile, ⋮, Copy member ID (it begins with U)."
            problems.append(_row_problem(TEAMS, row, wrong, cure))
    if hours := cells.get("hours", ""):
        try:
            opening, zone = read_hours(hours)
            kept |= {"hours": hours, "open": opening, "zone": zone}
        except Unclear as unclear:
            problems.append(_row_problem(TEAMS, row, unclear.wrong, unclear.cure))
    if not kept.keys() & {"channel", "inbox"}:
        wrong = f"team {cells['team']} has neither a Slack channel nor an inbox: nobody would see its tickets."
        problems.append(_row_problem(TEAMS, row, wrong, "Fill in one of the two.", fatal=True))
    return Team(name=cells["team"], row=row.number, **kept), problems


def _channel(said: str) -> str | None:
    """The channel's name without the #, or its id; None when it is neither."""
    if by_id := _CHANNEL_ID.fullmatch(said):
        return by_id["id"]
    name = said.removeprefix("#")
    # Slack has no capitals in a channel's name.
    return name.lower() if _CHANNEL.fullmatch(name.lower()) and not _OTHER_ID.fullmatch(name) else None


def _table(
    tab: str, rows: Rows, columns: dict[str, tuple[str, ...]], *, needed: tuple[str, ...]
) -> tuple[list[_Row], list[Problem]]:
    """The rows below the headings, by column; columns in any order, those we do not know left out."""
    written = list(_written(rows))
    if not written:
        return [], [Problem("Sheet", tab, None, "", "the tab is empty.", "Bring its rows back.", fatal=True)]
    heading_row, headings = written[0]
    place: dict[str, int] = {}
    for index, heading in enumerate(headings):
        for name, spellings in columns.items():
            if key(heading) in spellings and name not in place:
                place[name] = index
                break
    missing = [name for name in needed if name not in place]
    if missing:
        quote = " | ".join(headings)
        wanted = " | ".join(spellings[0] for spellings in columns.values())
        near = [found for name in missing if (found := closest(columns[name][0], headings))]
        wrong = f"row {heading_row} should hold the headings, and has no {' and no '.join(missing)}."
        cure = f"Write {missing[0]} instead of {near[0]}." if near else f"Write: {wanted}."
        return [], [Problem("Sheet", tab, heading_row, quote, wrong, cure, fatal=True)]
    table, problems = [], []
    for number, cells in written[1:]:
        row = _Row(number, {name: cells[at] if at < len(cells) else "" for name, at in place.items()})
        broken = next((cell for cell in row.cells.values() if _CELL_ERROR.match(cell)), None)
        if broken:
            wrong = f"a formula here gives {broken}."
            problems.append(_row_problem(tab, row, wrong, "Mend it, or write the words themselves.", fatal=True))
        elif any(row.cells.values()):
            table.append(row)
    if not table and not problems:
        problems.append(
            Problem("Sheet", tab, None, "", "there is no row below the headings.", "Add the rows.", fatal=True)
        )
    return table, problems


def _written(rows: Rows) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        texts = [unquoted(plain(str(cell))) if cell is not None else "" for cell in cells]
        first = next((text for text in texts if text), "")
        if first and not is_comment(first):
            yield number, texts


def _row_problem(tab: str, row: _Row, wrong: str, cure: str, *, fatal: bool = False) -> Problem:
    return Problem("Sheet", tab, row.number, row.quote(), wrong, cure, fatal)

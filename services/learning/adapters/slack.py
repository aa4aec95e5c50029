"""The leads, reached in the triage team's Slack channel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import boto3

from contracts.choice import choice_value
from contracts.rules import CHANNEL_ID, TRIAGE, Rules
from services.learning.app import Posted, Question
from services.learning.domain import Problem
from services.learning.domain.lesson import LONGEST_EXAMPLE_CHARS, Placed
from services.learning.settings import Settings
from shared.errors import NotNow
from shared.settings import secret

SHOWN = 15
"""Problems named in one message; the others are counted."""
QUOTE_CHARS = 160
TOPIC_CHARS = 80
"""Of a topic's name in the text of a question."""
LABEL_CHARS = 75
"""Slack: the longest text of a button."""
CONTEXT_CHARS = 1900
"""Slack takes 2,000 in a context."""
ASKED_ABOUT = 4
"""Lines that one question quotes. Of more, no button takes any out: nobody would have seen them all."""
CLOSED_FOR_GOOD = {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found", "is_archived"}
"""What Slack answers when a message can never be changed again."""
TIMEOUT_S = 10


class SlackLeads:
    """Posts in the channel that takes the held tickets; a team without a channel is not told here."""

    def __init__(self, *, url: str, token: str) -> None:
        self._url, self._token, self._made = url, token, None  # type: str, str, Any

    def tell(self, problems: Sequence[Problem], rules: Rules | None, *, kept_last_good: bool) -> None:
        """One message for all that is new."""
        self._post(rules, f"The rules folder: {len(problems)} to mend", problem_blocks(problems, rules, kept_last_good))

    def ask(self, question: Question, rules: Rules) -> Posted | None:
        """A question with a button for each of the two topics."""
        return self._post(rules, "Same words, two topics: which is right?", question_blocks(question, rules))

    def close(self, asked: Posted, said: str) -> None:
        """The question without its buttons, and what came of it; nothing where somebody deleted it."""
        blocks = [*filter(lambda block: block["type"] != "actions", asked["blocks"]), _context(f"⚖️ {said}")]
        message = {"channel": asked["channel"], "ts": asked["ts"], "text": _cut(_escaped(said)), "blocks": blocks}
        self._call("chat.update", message, unless=CLOSED_FOR_GOOD)

    def _post(self, rules: Rules | None, text: str, blocks: list[dict[str, Any]]) -> Posted | None:
        triage = rules.team(TRIAGE) if rules else None
        if triage is None or not triage.channel:
            return None
        plain = {"unfurl_links": False, "unfurl_media": False}
        message = {"channel": _address(triage.channel), "text": text, "blocks": blocks, **plain}
        answer = self._call("chat.postMessage", message)
        return {"channel": answer["channel"], "ts": answer["ts"], "blocks": blocks}

    def _call(self, method: str, message: dict[str, Any], *, unless: Collection[str] = ()) -> Any:
        """Slack's answer; None when it is one of ``unless``."""
        from slack_sdk.errors import SlackApiError

        try:
            return self._client().api_call(method, json=message)
        except SlackApiError as error:
            if error.response.get("error") in unless:
                return None
            after = error.response.headers.get("Retry-After") if error.response.status_code == 429 else None
            problem = f"Slack did not take {method} for {message['channel']}: {error.response.get('error')}"
            raise NotNow(problem, retry_after=float(after) if after else None) from error
        except OSError as error:
            raise NotNow(f"Slack does not answer: {error}") from error

    def _client(self) -> Any:
        if self._made is None:
            from slack_sdk import WebClient

            self._made = WebClient(token=self._token, base_url=self._url, timeout=TIMEOUT_S, retry_handlers=[])
        return self._made


def leads(settings: Settings) -> SlackLeads:
    """The leads, with the bot token from SSM."""
    token = secret(boto3.client("ssm"), settings.slack_token_parameter)
    return SlackLeads(url=settings.slack_api_url, token=token)


def problem_blocks(problems: Sequence[Problem], rules: Rules | None, kept_last_good: bool) -> list[dict[str, Any]]:
    """What is not understood: place, words, cure."""
    count = len(problems)
    if kept_last_good:
        revision = f" of revision {rules.revision}" if rules else ""
        wrong = "🛑 *The rules folder has a mistake that I cannot work around.*"
        head = f"{wrong} The rules{revision} stay in force until it is mended."
    else:
        lines = [problem for problem in problems if problem.document != "Folder"]
        stay = sum(problem.stays for problem in lines)
        head = _head(left_out=len(lines) - stay, stay=stay)
    blocks = [_section(f"{_mention(rules)}{head}")]
    for problem in sorted(problems, key=lambda problem: (not problem.fatal, problem.stays))[:SHOWN]:
        quote = f"\n>{_escaped(problem.quote[:QUOTE_CHARS])}" if problem.quote else ""
        told = f"{problem.wrong} {problem.cure}".strip()
        blocks.append(_section(f"*{_escaped(problem.document)}, {_escaped(problem.place)}*: {_escaped(told)}{quote}"))
    if count > SHOWN:
        blocks.append(_section(f"… and {count - SHOWN} more"))
    return blocks


def _head(*, left_out: int, stay: int) -> str:
    """What the folder has, and what becomes of it: left out, or in force though nobody can tell it apart."""
    if not left_out and not stay:
        return "🗂️ *The rules folder has a file too many.* I do not read it; all else is in force."
    if not left_out:
        twice = "says nearly the same twice" if stay == 1 else f"says nearly the same twice, in {stay} places"
        stays = "Both stay" if stay == 1 else "All of it stays"
        return f"👯 *The rules folder {twice}.* {stays} in force, but tickets like that are held until it is mended."
    these = "a line that I do not understand" if left_out == 1 else f"{left_out} lines that I do not understand"
    it = "it" if left_out == 1 else "them"
    more = f" {stay} more {'says' if stay == 1 else 'say'} nearly the same as another line." if stay else ""
    return f"✏️ *The rules folder has {these}.* I leave {it} out; all else is in force.{more}"


def question_blocks(question: Question, rules: Rules) -> list[dict[str, Any]]:
    """The readings of the same words, and a button for each; dispatch receives all presses.

    An old line is right: the ticket was moved wrongly, and the button is dispatch's Reassign (block id
    ``<ticket>.<revision>.<word>``, value ``<team>|<topic>``). The new topic is right: the button is dispatch's
    ``confirm``, and the lines leave the Doc. It is missing where that cannot be done whole.
    """
    lesson, against = question.lesson, question.against
    shown, lines = against[:ASKED_ABOUT], _lines(one.example.line for one in against)
    new, old = _topic(lesson.topic or ""), " and ".join(f"*{_topic(topic)}*" for topic in _topics(shown))
    did, has = ("bumped under" if lesson.urgency else "moved to"), ("has" if len(against) == 1 else "have")
    doc = f"<{_escaped(question.doc_link)}|the Doc>" if question.doc_link else "the Doc"
    can = len(against) <= ASKED_ABOUT and all(one.alone for one in against)
    then = f"“It is {new}” takes {lines} out of {doc}" if can else f"To change {lines}, open {doc}"
    said = (
        f"{_mention(rules)}⚖️ *Same words, two topics.* {lesson.ticket_id} was {did} *{new}*, but Examples, {lines} "
        f"{has} nearly the same words under {old}. Which is right? {then}."
    )
    quoted = (lesson.text, *(one.example.text for one in shown))
    words = [_section(f">{_escaped(text[:LONGEST_EXAMPLE_CHARS])}") for text in quoted]
    buttons = [_back(number, topic, rules) for number, topic in enumerate(_topics(shown), 1)]
    if can:
        buttons.append(_button("confirm", _label(lesson.topic or "", f"replace {lines}"), value=lesson.ticket_id))
    block_id = f"{lesson.ticket_id}.{question.revision}.question"
    return [_section(said), *words, {"type": "actions", "block_id": block_id, "elements": buttons}]


def _back(number: int, topic: str, rules: Rules) -> dict[str, Any]:
    team = next((one.team for one in rules.topics if one.name == topic), TRIAGE)
    return _button(f"reassign.{number}", _label(topic, "move it back"), value=choice_value(team, topic))


def _topics(placed: Iterable[Placed]) -> list[str]:
    return list(dict.fromkeys(one.example.topic for one in placed))


def _lines(numbers: Iterable[int]) -> str:
    """“line 12”, “lines 3, 5 and 12”."""
    *most, last = map(str, sorted(numbers))
    return f"lines {', '.join(most)} and {last}" if most else f"line {last}"


def _label(topic: str, then: str) -> str:
    """What a button does stands there whole; a long topic is cut. Slack counts it escaped."""
    shown = topic
    while len(label := f"It is {_escaped(shown)}: {then}") > LABEL_CHARS:
        shown = shown.removesuffix("…")[:-1] + "…"
    return label


def _button(action_id: str, label: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": label}, **more}


def _address(channel: str) -> str:
    """A channel as chat.postMessage takes it: ``#name``, or its id as it is."""
    return channel if CHANNEL_ID.fullmatch(channel) else f"#{channel}"


def _mention(rules: Rules | None) -> str:
    triage = rules.team(TRIAGE) if rules else None
    lead = triage.lead if triage else None
    return f"<@{lead}> " if lead and "@" not in lead else ""


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _cut(_escaped(text)), "verbatim": True}]}


def _cut(text: str) -> str:
    return text if len(text) <= CONTEXT_CHARS else text[:CONTEXT_CHARS].rpartition(" ")[0] + " …"


def _topic(name: str) -> str:
    return _escaped(name if len(name) <= TOPIC_CHARS else name[: TOPIC_CHARS - 1] + "…")


def _escaped(text: str) -> str:
    """Slack gives a meaning to these three characters only."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""The leads, reached in the triage team's Slack channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import boto3

from contracts.rules import TRIAGE, Rules
from services.learning.app import Question
from services.learning.domain import Problem
from services.learning.settings import Settings
from shared.errors import NotNow
from shared.settings import secret

SHOWN = 15
"""Problems named in one message; the others are counted."""
QUOTE_CHARS = 160
LABEL_CHARS = 75
"""Slack: the longest text of a button."""
TIMEOUT_S = 10


class SlackLeads:
    """Posts in the channel that takes the held tickets; a team without a channel is not told here."""

    def __init__(self, *, url: str, token: str) -> None:
        self._url, self._token, self._made = url, token, None  # type: str, str, Any

    def tell(self, problems: Sequence[Problem], rules: Rules | None, *, kept_last_good: bool) -> None:
        """One message for all that is new."""
        self._post(rules, f"The rules folder: {len(problems)} to mend", problem_blocks(problems, rules, kept_last_good))

    def ask(self, question: Question, rules: Rules) -> None:
        """A question with a button for each of the two topics."""
        self._post(rules, "Same words, two topics: which is right?", question_blocks(question, rules))

    def _post(self, rules: Rules | None, text: str, blocks: list[dict[str, Any]]) -> None:
        from slack_sdk.errors import SlackApiError

        triage = rules.team(TRIAGE) if rules else None
        if triage is None or not triage.channel:
            return
        try:
            self._client().chat_postMessage(
                channel=f"#{triage.channel}", text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
            )
        except SlackApiError as error:
            after = error.response.headers.get("Retry-After") if error.response.status_code == 429 else None
            problem = f"Slack did not take a message for #{triage.channel}: {error.response.get('error')}"
            raise NotNow(problem, retry_after=float(after) if after else None) from error
        except OSError as error:
            raise NotNow(f"Slack does not answer: {error}") from error

    def _client(self) -> Any:
        if self._made is None:
            from slack_sdk import WebClient

            self._made = WebClient(token=self._token, base_url=self._url, timeout=TIMEOUT_S)
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
        these = "a line that I do not understand" if count == 1 else f"{count} lines that I do not understand"
        head = f"✏️ *The rules folder has {these}.* I leave {'it' if count == 1 else 'them'} out; all else is in force."
    blocks = [_section(f"{_mention(rules)}{head}")]
    for problem in sorted(problems, key=lambda problem: not problem.fatal)[:SHOWN]:
        quote = f"\n>{_escaped(problem.quote[:QUOTE_CHARS])}" if problem.quote else ""
        told = f"{problem.wrong} {problem.cure}".strip()
        blocks.append(_section(f"*{_escaped(problem.document)}, {_escaped(problem.place)}*: {_escaped(told)}{quote}"))
    if count > SHOWN:
        blocks.append(_section(f"… and {count - SHOWN} more"))
    return blocks


def question_blocks(question: Question, rules: Rules) -> list[dict[str, Any]]:
    """The two readings of the same words, and a button for each.

    The old line is right: the ticket was moved wrongly, and this button is the Reassign of dispatch, which receives all
    presses (block id ``<ticket>.<revision>.<word>``, value ``<team>|<topic>``). The new topic is right: the old line is
    wrong, and this button opens the Doc, for people change what people wrote.
    """
    lesson, against = question.lesson, question.against
    new, old = _escaped(lesson.topic or ""), _escaped(against.topic)
    said = (
        f"{_mention(rules)}⚖️ *Same words, two topics.* {lesson.ticket_id} was moved to *{new}*, "
        f"but Examples, line {against.line} has nearly the same words under *{old}*. I have not learnt from it."
    )
    words = f">{_escaped(lesson.text)}\n>{_escaped(against.text)}"
    team = next((topic.team for topic in rules.topics if topic.name == against.topic), TRIAGE)
    back = _button("reassign.1", f"It is {against.topic}: move it back", value=f"{team}|{against.topic}")
    change = _button("open_doc", f"It is {lesson.topic}: change line {against.line}", url=question.doc_link or "")
    block_id = f"{lesson.ticket_id}.{question.revision}.question"
    elements = [back, change] if question.doc_link else [back]
    return [_section(said), _section(words), {"type": "actions", "block_id": block_id, "elements": elements}]


def _button(action_id: str, label: str, **more: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label if len(label) <= LABEL_CHARS else label[: LABEL_CHARS - 1] + "…"}
    return {"type": "button", "action_id": action_id, "text": text, **more}


def _mention(rules: Rules | None) -> str:
    triage = rules.team(TRIAGE) if rules else None
    lead = triage.lead if triage else None
    return f"<@{lead}> " if lead and "@" not in lead else ""


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _escaped(text: str) -> str:
    """Slack gives a meaning to these three characters only."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

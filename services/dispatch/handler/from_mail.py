"""The page behind a mail's link: GET shows the ticket and what can be done, POST does it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.ticket import Person
from services.dispatch.adapters import aws
from services.dispatch.adapters.inbox.pages import HEADERS, render
from services.dispatch.domain.errors import TooLate
from services.dispatch.domain.inbox import links, page
from services.dispatch.domain.life.handoff import HandOff
from services.dispatch.domain.life.said import said
from services.dispatch.domain.words import line, seen, subject_of
from services.dispatch.handler import wiring

NAME_CHARS = 80


def mail_actions(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """``/actions/{token}``: GET shows the ticket and what can be done, POST does it. Nothing but a POST changes."""
    token, now = str((event.get("pathParameters") or {}).get("token", "")), wiring.utc_now()
    try:
        allowed = links.opened(token, wiring.link_secret(), now=now)
    except links.Expired:
        return _page(410, "This link has expired", said="Open the ticket's newest mail, or look in the team's channel.")
    except links.BadLink:
        return _page(403, "This link does not work", said="It was changed on its way. Open it from the mail itself.")
    handoff = wiring.hand_offs().get(allowed.ticket_id)
    if handoff is None:
        return _page(404, "This ticket is not known here", said="It may have been deleted after its time.")
    title = subject_of(handoff.ticket)
    if handoff.revision != allowed.revision:
        said = f"{_last(handoff)} This link is for the time before."
        return _page(409, title, handoff, said=said, onward=_onward(allowed, handoff))
    if event["requestContext"]["http"]["method"] != "POST":
        return _page(200, title, handoff, form=True)
    return _send_off(parse_qs(wiring.body_of(event).decode(errors="replace")), allowed, handoff)


def _send_off(form: dict[str, list[str]], allowed: links.Pass, handoff: HandOff) -> dict[str, Any]:
    title = subject_of(handoff.ticket)
    value, name = (line(form.get(field, [""])[0]) for field in ("do", "name"))
    if not name or len(name) > NAME_CHARS or value not in _values(handoff):
        return _page(400, title, handoff, form=True, said="Please choose what should happen, and sign with your name.")
    action, choice = page.chosen(value)
    by = Person(id=allowed.inbox, name=name)
    try:
        done = wiring.do(action, allowed.ticket_id, allowed.revision, choice, by)
    except TooLate as late:
        now = wiring.hand_offs().get(allowed.ticket_id) or handoff
        return _page(409, title, now, said=f"{late}. Nothing was changed.", onward=_onward(allowed, now))
    except (LookupError, ValueError) as error:
        return _page(400, title, handoff, form=True, said=f"{error}. Nothing was changed.")
    if action == "take":
        aws.ask_to_show(wiring.settings(), allowed.ticket_id)
    said = "You have taken it." if action == "take" else _last(done)
    return _page(200, title, done, said=said, onward=_onward(allowed, done))


def _onward(allowed: links.Pass, handoff: HandOff) -> str:
    """A link to the ticket as it is now, when it still lies where the old link was sent."""
    there = handoff.place.destination.address if handoff.is_placed and handoff.place else None
    return links.sign(links.renewed(allowed, handoff), wiring.link_secret()) if there == allowed.inbox else ""


def _values(handoff: HandOff) -> set[str]:
    # Take also when it is no longer offered: whoever is late is told who was first.
    return {"take", *(value for _, options in page.offered(handoff, wiring.rules().get()) for value, _ in options)}


def _last(handoff: HandOff) -> str:
    done = handoff.corrections[-1]
    return f"{line(done.corrected_by.name or done.corrected_by.id)} {said(done)}."


def _page(
    status: int,
    title: str,
    handoff: HandOff | None = None,
    *,
    form: bool = False,
    said: str = "",
    onward: str = "",
) -> dict[str, Any]:
    body = render(
        "page.html",
        title=title,
        said=said,
        handoff=handoff,
        facts=page.facts(handoff) if handoff else [],
        original=seen(handoff.ticket.text).strip() if handoff else "",
        groups=page.offered(handoff, wiring.rules().get()) if form and handoff else None,
        onward=onward,
    )
    return {"statusCode": status, "headers": HEADERS, "body": body}

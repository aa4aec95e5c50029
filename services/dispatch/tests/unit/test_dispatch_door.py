"""Where a person answers: the Doc's link with the ticket's own values, else a mail that is begun."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from contracts.rules import AnswerLink
from services.dispatch.domain.answers.door import answer_link

GMAIL = "https://mail.google.com/mail/u/0/#search/rfc822msgid%3A{message_id}"
INTERCOM = "https://app.intercom.com/a/inbox/x/inbox/conversation/{conversation_id}"
MAIL = {"message_id": "<CA+a/b@mail.example>"}
BEGUN = "mailto:olga1@northwind.example?subject=Re%3A%20Store%20down%20%5BT-000000000001%5D"
IN_THREAD = f"{BEGUN}&In-Reply-To=%3CCA%2Ba%2Fb%40mail.example%3E"


@pytest.mark.parametrize(
    ("template", "ticket", "link"),
    [
        (None, {}, BEGUN),
        (None, MAIL, IN_THREAD),
        (GMAIL, MAIL, "https://mail.google.com/mail/u/0/#search/rfc822msgid%3ACA%2Ba%2Fb%40mail.example"),
        (GMAIL, {}, BEGUN),  # no Message-ID: the link would search for nothing
        ("https://desk.example/?q={subject}&n={ticket_id}", {"subject": "a&b=c #1"},
         "https://desk.example/?q=a%26b%3Dc%20%231&n=T-000000000001"),
        ("https://desk.example/{customer}", {}, "https://desk.example/olga1%40northwind.example"),
        ("HTTPS://desk.example/x", {}, "HTTPS://desk.example/x"),
        ("mailto:", MAIL, IN_THREAD),
        ("mailto:team@desk.example?subject={ticket_id}", {}, "mailto:team@desk.example?subject=T-000000000001"),
        ("javascript:alert(1)", {}, BEGUN),
        ("http://desk.example/{ticket_id}", {}, BEGUN),
        ("data:text/html,x", {}, BEGUN),
        ("https://desk.example/a|b>c<d e", {}, "https://desk.example/a%7Cb%3Ec%3Cd%20e"),
        (None, {"subject": "AW: Re: RE: Store down"}, BEGUN),
        (None, {"customer": {"email": "x@y.example?bcc=all@z.example"}}, None),
        (None, {"customer": {"email": "x@y.example,z@y.example"}}, None),
        (None, {"customer": {"handle": "olga"}}, None),
    ],
)  # fmt: skip
def test_the_door(make: Any, template: str | None, ticket: dict[str, Any], link: str | None) -> None:
    written = (AnswerLink(source="mail", template=template, line=1),) if template else ()
    rules = make.rules.model_copy(update={"answer_links": written})
    assert answer_link(make.ticket(**ticket), rules) == link


def test_each_source_has_its_own(make: Any) -> None:
    written = (AnswerLink(source="chat", template=INTERCOM, line=1), AnswerLink(source="mail", template=GMAIL, line=2))
    rules = make.rules.model_copy(update={"answer_links": written})
    chat = make.ticket(source="chat", conversation_id="21 5/4")
    assert answer_link(chat, rules) == "https://app.intercom.com/a/inbox/x/inbox/conversation/21%205%2F4"
    assert answer_link(make.ticket(source="form"), rules) == BEGUN


@pytest.mark.parametrize("subject", ["a\r\nBcc: all@z.example", "&body=hi&cc=x", "x" * 500, "\u202egnp", "100% sure?"])
def test_nothing_a_customer_writes_becomes_a_field_of_the_mail(make: Any, subject: str) -> None:
    link = answer_link(make.ticket(subject=subject), make.rules)
    assert link is not None
    assert set(parse_qs(urlsplit(link).query)) == {"subject"}
    assert len(link) < 2000
    assert "\n" not in unquote(link)


def test_it_is_on_the_message_and_in_the_mail(dispatch: Any, make: Any) -> None:
    dispatch.decide(make.decided(**MAIL))
    escaped = IN_THREAD.replace("&", "&amp;")
    assert f"<{escaped}|Answer the customer>" in dispatch.slack.top("engineering")[0].words()
    dispatch.decide(make.decided(2, team="privacy"))
    mail = dispatch.ses.sent[-1][1]
    assert (
        BEGUN.replace("000000000001", "000000000002").replace("olga1", "olga2")
        in mail.get_body(("plain",)).get_content()
    )
    assert "mailto:olga2@northwind.example?subject" in mail.get_body(("html",)).get_content()

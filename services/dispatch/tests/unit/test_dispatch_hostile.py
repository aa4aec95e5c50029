"""Two thousand hostile texts through Slack, mail and pages: nobody is called, nothing injected, nothing cut unsaid."""

from __future__ import annotations

import random
import re
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest

from services.dispatch.adapters.inbox.mailroom import unfolded
from services.dispatch.adapters.inbox.pages import render
from services.dispatch.domain.inbox import page
from services.dispatch.domain.words import cut, line, seen, subject_of
from shared.testing.block_kit import mentions, violations

TEXTS = 2000
PIECES = (
    "<!channel>",
    "<!here|x>",
    "<!everyone>",
    "<@U0ENGLEAD>",
    "<#C123|general>",
    "<!subteam^S1>",
    "<https://evil.example|bank>",
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "'><svg/onload=1>",
    "{{ 7*7 }}",
    "{% raw %}",
    "${jndi:ldap://x}",
    "%0d%0aBcc: x@evil.example",
    "\r\nBcc: x@evil.example\r\n",
    "\nSubject: x\n\n",
    "=?utf-8?q?hi=0D=0ABcc:_x=40evil.example?=",
    "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
    "\u202egnp.exe",
    "\u2066abc\u2069",
    "\u200b\u200b",
    "\ufeff",
    "\u0000",
    "\x1b[31m",
    "\x08\x08",
    "*bold*",
    "_it_",
    "~st~",
    "`code`",
    "```block```",
    "> quote",
    "&amp;",
    "&lt;!channel&gt;",
    "&",
    "<",
    ">",
    ":fire:",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "Ünïcödé",
    "中文字",
    "עברית",
    "العربية",
    "ไทย",
    "a" * 300,
    "word " * 200,
    "x\n" * 150,
    "|",
    "https://evil.example/?a=<b>",
    "@channel",
    "#general",
    "\\",
    "\u2028\u2029",
    "‮",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "\U000e0041\U000e0042",
    "\ud800",
)


def hostile(number: int, *, longest: int = 40) -> str:
    choice = random.Random(number)
    if number % 50 == 7:
        return choice.choice("<>&é") * choice.randrange(400, 3000)
    if number % 100 == 0:
        return choice.choice(("é", "a", "<", "&", "👩‍👩‍👧‍👦", "a b\n")) * (100_000 // choice.choice((1, 2, 8)))
    return choice.choice(("", " ")).join(choice.choices(PIECES, k=choice.randrange(1, longest)))


def storable(text: str) -> str:
    """As JSON and pydantic let it through: a lone surrogate never gets into an event."""
    return text.encode("utf-8", "ignore").decode()


class Tags(HTMLParser):
    """Which tags and attributes a page really has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.seen |= {f"{tag}@{name}" for name, _ in attrs}
        self.text += [value or "" for name, value in attrs if name == "alt"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    return parser


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture
def harmless(dispatch: Any, make: Any) -> dict[str, Any]:
    """What the same mails and pages look like with a harmless text."""
    dispatch.decide(make.decided(1, team="privacy"))
    handoff = dispatch.log.get("T-000000000001")
    letter = dispatch.ses.sent[0][1]
    return {
        "headers": sorted(letter.keys()),
        "mail": tags(letter.get_body(("html",)).get_content()).seen,
        "page": tags(page_of(handoff, make)).seen,
    }


def page_of(handoff: Any, make: Any) -> str:
    return render(
        "page.html",
        title=subject_of(handoff.ticket),
        said=subject_of(handoff.ticket),
        handoff=handoff,
        facts=page.facts(handoff),
        original=seen(handoff.ticket.text).strip(),
        groups=page.offered(handoff, make.rules),
        onward="",
    )


@pytest.mark.parametrize("start", range(0, TEXTS, 100))
def test_hostile_texts_do_no_harm(new_dispatch: Any, make: Any, harmless: dict[str, Any], start: int) -> None:
    for number in range(start, start + 100):
        dispatch = new_dispatch()
        subject, name = storable(hostile(number + 5000, longest=6)), storable(hostile(number + 9000, longest=4))
        text = storable(hostile(number))
        customer = {"email": "a@b.example", "name": name[:200]}
        told = {"subject": subject[:500], "text": text, "customer": customer, "link_reason": subject[:300]}
        reasons = (f"Priority rules, line 2: {subject[:200]}", "Rules revision 41")
        dispatch.decide(make.decided(1, kind="route", reasons=reasons, **told))
        dispatch.copy(make.received(make.ticket(2, duplicate_of="T-000000000001", **told)))
        dispatch.decide(make.decided(3, follow_up_to="T-000000000001", **told))
        dispatch.correct("reassign", "T-000000000001", "finance|billing")
        for posted in (one for messages in dispatch.slack.channels.values() for one in messages):
            for message in (posted.first, posted.message):
                assert violations(message.text, message.blocks) == []
                assert mentions(message.blocks, message.text) == []
        shown = dispatch.slack.top("finance")[0]
        check_nothing_cut_unsaid(text, shown.words())

        dispatch.decide(make.decided(4, kind="route", team="privacy", reasons=reasons, **told))
        call, mail = dispatch.ses.sent[-1]
        assert call["Destinations"] == ["privacy@example.com"]
        assert sorted(mail.keys()) == harmless["headers"]
        assert mail["To"] == "privacy@example.com"
        html, plain = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
        assert tags(html).seen <= harmless["mail"]
        assert squeezed(seen(text)) in squeezed(plain) or not seen(text).strip()
        found = tags(page_of(dispatch.log.get("T-000000000004"), make))
        assert found.seen <= harmless["page"]
        assert squeezed(seen(text)) in squeezed("".join(found.text)) or not seen(text).strip()


def check_nothing_cut_unsaid(text: str, words: str) -> None:
    plain = squeezed(seen(text))
    shown = squeezed(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    if not plain:
        assert "The message is empty" in words
    elif plain not in shown:
        assert "Cut here" in words


@pytest.mark.parametrize("number", range(300))
def test_no_header_comes_out_of_a_subject(number: int) -> None:
    from email.message import EmailMessage

    mail = EmailMessage(policy=default)
    mail["Subject"] = unfolded(cut(line(storable(hostile(number, longest=8))), 180))
    assert mail.keys() == ["Subject"]
    assert "\n" not in mail["Subject"]
    assert mail.as_bytes().lower().count(b"\nbcc:") == 0


@pytest.mark.parametrize(
    "address",
    [
        "customer@elsewhere.example",
        "x@example.com.evil.example",
        "x@sub.example.com",
        "a@example.com, b@evil.example",
        "",
        "x@evil.example@example.com",
        "x@example.com\nBcc: b@evil.example",
        "<x@example.com>",
        "x @example.com",
        "x@EXAMPLE.COM.",
        "x@examplé.com",
    ],
)
def test_nobody_but_a_team_is_written_to(dispatch: Any, address: str) -> None:
    assert not dispatch.mailroom.may_write_to(address)


def test_a_team_is(dispatch: Any) -> None:
    assert dispatch.mailroom.may_write_to("Engineering-Team+x@Example.com")

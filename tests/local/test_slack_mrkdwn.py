"""Slack's text formats as HTML: what becomes markup, and that nothing else does."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from local.slack.mrkdwn import mrkdwn, plain
from services.dispatch.domain.slack.blocks import literal
from services.dispatch.domain.words import line

NAMES = {"U0LEAD": "Lena", "C0ENG": "engineering"}
ALLOWED = {
    "strong": set(),
    "em": set(),
    "s": set(),
    "code": set(),
    "pre": set(),
    "br": set(),
    "blockquote": set(),
    "span": {"class"},
    "time": {"datetime", "data-date"},
    "a": {"href", "rel", "target"},
}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~", "<strong>bold</strong> <em>it</em> <s>gone</s>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* not * bold *", "* not * bold *"),
        ("`*as is*`", "<code>*as is*</code>"),
        ("```a\n<b>```", "<pre>a\n&lt;b&gt;</pre>"),
        ("one\ntwo", "one<br>two"),
        ("> said\nanswer", "<blockquote>said</blockquote>answer"),
        ("&lt;b&gt; &amp; &quot;", "&lt;b&gt; &amp; &amp;quot;"),
        ("<@U0LEAD> in <#C0ENG>", '<span class="mention">@Lena</span> in <span class="mention">#engineering</span>'),
        ("<!channel>", '<span class="mention loud">@channel</span>'),
        (
            "<https://x.example/?a=1&amp;b=2|the *page*>",
            '<a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">the *page*</a>',
        ),
        ("<javascript:alert(1)|press>", "&lt;javascript:alert(1)|press&gt;"),
        (
            "<!date^0^{date_num}|then>",
            '<time datetime="1970-01-01T00:00:00+00:00" data-date="{date_num}">then</time>',
        ),
        ("<!date^soon^{date_num}|then>", "then"),
        (":rotating_light: :nothing_known:", "🚨 :nothing_known:"),
    ],
)
def test_what_becomes_markup(text: str, html: str) -> None:
    assert str(mrkdwn(text, NAMES.get)) == html


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


PIECES = st.sampled_from(
    [
        *"<>&\"'*_~`|!@#^:\n\x00\u202e\u200b",
        "<script>",
        "</script>",
        "<img src=x onerror=1>",
        "javascript:",
        "https://x",
        "```",
        "&lt;",
        "<!date^1^",
        "<@U0LEAD",
        "<a href=",
        " onclick=",
        "{{",
        "}}",
        "data:text/html,",
        "word",
        "\x000\x00",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join))
@example("\x000\x00<https://x>")
@example('<https://x"onmouseover="1>')
@example("*<https://x|*>")
def test_nothing_else_does(text: str) -> None:
    for html in (str(mrkdwn(text, NAMES.get)), str(plain(text))):
        for tag, attributes in Tags(html).found:
            assert tag in ALLOWED
            assert attributes.keys() <= ALLOWED[tag]
            assert attributes.get("href", "https:").lower().startswith(("http:", "https:", "mailto:", "tel:"))


MARKUP = st.sampled_from(
    [*"*_~`>:<&@#! ", "*b*", "_i_", "~s~", "`c`", "```", ":fire:", "word", "a_b", "&gt;", "12:30:45"]
)
SEEN_AS = str.maketrans("∗ˍ∼ˋ›∶", "*_~`>:")


@given(st.lists(MARKUP | st.text(max_size=3), max_size=20).map("".join))
@example("*b* _i_ ~s~ `c` :fire: ```x```")
@example("> said")
@example("__init__ *_~x~_*")
def test_foreign_text_in_a_message_of_ours_is_shown_as_it_is(text: str) -> None:
    for frame in ("who: {}", "{}", "*{}*", "a\n{}"):
        shown = str(mrkdwn(frame.format(literal(text, 500)), NAMES.get))
        assert [tag for tag, _ in Tags(shown).found if tag != "br"] == (
            ["strong"] if frame == "*{}*" and line(text) else []
        )
    shown = unescape(str(mrkdwn("x " + literal(text, 500), NAMES.get)))
    assert shown.translate(SEEN_AS) == ("x " + line(text)).translate(SEEN_AS).rstrip(" ") or not line(text)

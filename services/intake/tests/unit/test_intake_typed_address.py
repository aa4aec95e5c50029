"""Addresses as people type and paste them: cleaned of what nobody sees, and refused when they are none."""

import pytest

from services.intake.domain.chat import check_conversation
from services.intake.domain.form import check_form, faults_in
from services.intake.domain.typed_address import is_address, typed_address

JANE = "jane@doe.example"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (f"{JANE}\u200b", JANE),
        (f"\u200b{JANE}", JANE),
        ("jane\u00ad@doe.example", JANE),
        (f"'{JANE}'", JANE),
        (f"{JANE}\u00a0", JANE),
        (f"\u3000{JANE}\u2003", JANE),
        (f"\ufeff{JANE}", JANE),
        (f"\u202a{JANE}\u202c", JANE),
        (f"\u2066{JANE}\u2069", JANE),
        (f"{JANE}\u200e", JANE),
        ("jane@\u2060doe.example", JANE),
        ("jane@doe.exam\u034fple", JANE),
        (f"{JANE}\ufe0f", JANE),
        (f"{JANE}\u3164", JANE),
        ("jane＠doe.example", JANE),
        ("ｊａｎｅ＠ｄｏｅ．ｅｘａｍｐｌｅ", JANE),
        ("jane@doe。example", JANE),
        ("jane﹫doe.example", JANE),
        (f"<{JANE}>", JANE),
        (f"Jane Doe <{JANE}>", JANE),
        (f"mailto:{JANE}", JANE),
        (f"MailTo:{JANE}", JANE),
        (f"“{JANE}”", JANE),
        (f"«{JANE}».", JANE),
        (f"{JANE},", JANE),
        (f"\t{JANE}\r\n", JANE),
        ("o'neil@doe.example", "o'neil@doe.example"),
        ("jane+shop@doe.example", "jane+shop@doe.example"),
        ("jane@mu\u0308ller.example", "jane@müller.example"),
        ("用户@例子.广告", "用户@例子.广告"),
        ("نام\u200cی@مثال.example", "نام\u200cی@مثال.example"),
    ],
)
def test_what_does_not_belong_to_an_address_goes(typed, meant):
    assert typed_address(typed) == meant
    assert is_address(meant)
    assert check_form({"email": typed, "message": "Hi"}).email == meant
    said = {"conversation_id": "c", "customer": {"email": typed}, "messages": [{"from": "customer", "text": "Hi"}]}
    assert check_conversation(said).customer.email == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "\u200b",
        "jane",
        "jane@doe",
        "jane doe@doe.example",
        "jane@doe.example; jim@doe.example",
        "jane@doe.example\nBcc: x@y.example",
        "a@b@c.example",
        "jane@doe..example",
        f"{'j' * 65}@doe.example",
        f"jane@{'d.' * 130}example",
        '"jane"@[127.0.0.1]',
    ],
)
def test_what_is_no_address_is_refused_beside_its_field(typed):
    assert not is_address(typed_address(typed))
    assert [fault.field for fault in faults_in({"email": typed, "message": "Hi"})] == ["email"]

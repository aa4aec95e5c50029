"""Form bodies in the encodings and charsets that sites post them in."""

from urllib.parse import quote_plus

import pytest

from services.intake.domain.posted import PostedFile, posted
from shared.errors import BadInput

URLENCODED = "application/x-www-form-urlencoded"


def urlencoded(charset, **fields):
    return "&".join(f"{name}={quote_plus(value, encoding=charset)}" for name, value in fields.items()).encode()


def multipart(*parts, border="x-1", charset="utf-8"):
    lines = []
    for head, content in parts:
        lines += [f"--{border}", f"Content-Disposition: form-data; {head}", "", content]
    return "\r\n".join([*lines, f"--{border}--", ""]).encode(charset)


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("iso-8859-1", "Müller Köln"),
        ("ISO-8859-1", "Gar\u00e7on d\u2019h\u00f4tel".replace("\u2019", "'")),
        ("windows-1252", "„Straße“ – 20 €"),
        ("windows-1251", "Заказ не пришёл"),
        ("koi8-r", "Где мой заказ"),
        ("iso-8859-2", "Zażółć gęślą jaźń"),
        ("Shift_JIS", "注文が届きません"),
        ("EUC-JP", "返金してください"),
        ("iso-2022-jp", "返金してください"),
        ("gb2312", "我的订单没有到"),
        ("Big5", "我的訂單沒有到"),
        ("euc-kr", "주문이 오지 않았어요"),
        ("windows-1255", "ההזמנה לא הגיעה"),
        ("utf-8", "Zoë 👍 注文"),
    ],
)
@pytest.mark.parametrize("said_in", ["header", "field"])
def test_an_urlencoded_form_is_read_in_the_charset_it_names(charset, words, said_in):
    body = urlencoded(charset, email="jane@doe.example", message=words)
    kind = f'{URLENCODED}; charset="{charset}"'
    if said_in == "field":
        kind, body = URLENCODED, f"_charset_={charset}&".encode() + body
    assert posted(body, kind).fields == {"email": "jane@doe.example", "message": words}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"message=M%C3%BCller", "Müller"),
        (b"message=M\xc3\xbcller", "Müller"),
        (b"message=M%FCller+in+K%F6ln+gr%FC%DFt", "Müller in Köln grüßt"),
        (b"message=100%25+sure&&", "100% sure"),
        (b"message=100%", "100%"),
        (b"message=a%3Db%26c", "a=b&c"),
        (b"message=one&message=two", "two"),
        (b"message=&#8364;", ""),
    ],
)
def test_a_form_that_names_no_charset(body, message):
    assert posted(body, URLENCODED).fields["message"] == message


def test_characters_that_the_page_s_charset_lacks_come_back():
    body = b"message=" + quote_plus("Preis 20 &#8364; &#128077; &amp;").encode()
    assert posted(body, f"{URLENCODED}; charset=iso-8859-15").fields["message"] == "Preis 20 € 👍 &amp;"
    assert posted(body, URLENCODED).fields["message"] == "Preis 20 &#8364; &#128077; &amp;"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "shift_jis"])
def test_a_multipart_form_brings_its_fields_and_files(charset):
    words = {"utf-8": "Grüße", "iso-8859-1": "Grüße", "shift_jis": "注文"}[charset]
    body = multipart(
        ('name="_charset_"', charset), ('name="message"', f"{words}\r\nzwei"), ('name="f"; filename="err.png"', "PNG"),
        charset=charset,
    )  # fmt: skip
    form = posted(body, "multipart/form-data; boundary=x-1")
    assert form.fields == {"message": f"{words}\r\nzwei"}
    assert form.files == (PostedFile("err.png", "text/plain", b"PNG"),)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"message": "Müller"}'.encode(), "application/json"),
        ('{"message": "Müller"}'.encode(), "application/json; charset=iso-8859-1"),
        ('{"message": "Müller"}'.encode("latin-1"), "application/json; charset=iso-8859-1"),
        ('{"message": "Müller"}'.encode("utf-16"), "application/json"),
        ('{"message": "Müller"}'.encode(), ""),
    ],
)
def test_json_is_read_in_utf_8_or_in_what_it_names(body, kind):
    assert posted(body, kind).fields == {"message": "Müller"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ""),
        (b"[]", "application/json"),
        (b"&".join([b"a=1"] * 101), URLENCODED),
        (multipart(*[(f'name="a{n}"', "1") for n in range(101)]), "multipart/form-data; boundary=x-1"),
    ],
)
def test_what_is_no_form_is_named(body, kind):
    with pytest.raises(BadInput):
        posted(body, kind)

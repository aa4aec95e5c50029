"""What is stored, logged and shown: no control character and no lone surrogate reaches a field."""

import re
from base64 import b64encode

import pytest

from services.intake.domain.mail import read_mail

NASTY = ("\x00", "\x08", "\x1b[31m", "\x7f", "\u202e", "\ufeff")
NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202e\ufeff]")
SURROGATE = b64encode("a\ud800b".encode("utf-16-le", "surrogatepass")).decode()


def fields(mail):
    yield from (mail.subject, mail.text, mail.rest, mail.sender, mail.message_id or "", *mail.references)
    yield from (mail.customer.email or "", mail.customer.name or "", *mail.recipients, *mail.natural_key)
    yield from (file.name for file in mail.files)
    yield from (file.content_type for file in mail.files)


@pytest.mark.parametrize("nasty", NASTY)
def test_no_control_character_reaches_a_field(nasty):
    raw = (
        f"From: J{nasty}ane <ja{nasty}ne@doe.example>\nTo: supp{nasty}ort@example.com\nSubject: Do{nasty}or\n"
        f"Message-ID: <a{nasty}b@doe.example>\nReferences: <c{nasty}d@doe.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="z"\n\n--z\nContent-Type: text/plain; charset=utf-8\n\n'
        f"The do{nasty}or.\n\n-- \nJane{nasty}\nDoe Ltd\n--z\nContent-Type: application/pdf\n"
        f'Content-Disposition: attachment; filename="do{nasty}or.pdf"\n\nx\n--z--\n'
    )
    mail = read_mail(raw.encode())
    assert [one for one in fields(mail) if NEVER.search(one)] == []
    assert mail.customer.email is not None


def test_no_lone_surrogate_reaches_a_field():
    word = f"=?utf-16-le?b?{SURROGATE}?="
    raw = (
        f"From: {word} <jane@doe.example>\nSubject: {word}\nMessage-ID: <a@doe.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="z"\n\n--z\nContent-Type: text/plain; charset=utf-16-le\n'
        f"Content-Transfer-Encoding: base64\n\n{SURROGATE}\n--z\nContent-Type: text/plain\n"
        f'Content-Disposition: attachment; filename="{word}"\n\nx\n--z--\n'
    )
    mail = read_mail(raw.encode())
    assert [one for one in fields(mail) if NEVER.search(one)] == []
    assert "\n".join(fields(mail)).encode("utf-8")

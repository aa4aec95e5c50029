"""What leaves a ticket before it stands in a Doc that many read, and what must stay."""

from __future__ import annotations

import pytest

from services.learning.domain.likeness import likeness, nearly_the_same
from services.learning.domain.scrub import scrub


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Write to jo.o'neil+x@shop.example.co.uk please", "Write to [e-mail] please"),
        ("Call +49 (0)30 123 45 67 or 555-123-4567", "Call [phone] or [phone]"),
        ("Card 4111 1111 1111 1111, also 4111-1111-1111-1111", "Card [card], also [card]"),
        ("IBAN DE89 3700 0400 4404 0532 00 is mine", "IBAN [account] is mine"),
        ("Order #A-10293 and invoice INV-2026-00123", "Order [number] and invoice [number]"),
        ("Order 84729374 is late", "Order [number] is late"),
        ("See https://shop.example/o?token=abc", "See [link]"),
        ("From 203.0.113.7 it works", "From [number] it works"),
        ("My name is Maria Lopez and it fails", "My name is [name] and it fails"),
        ("Hi Anna, it fails. Kind regards, John Smith", "Hi [name], it fails."),
        ("It fails. Thanks, Bob", "It fails."),
        ("It fails. Best regards, Dr. Jane Doe, Head of Ops, Globex", "It fails."),
        ("Mrs. O'Neill told Herr Müller", "[name] told [name]"),
        ("This is Zoë from Acme", "This is [name] from Acme"),
        ("my password: correcthorse, then Hunter2", "my password: [secret], then Hunter2"),
        ("key sk_live_aBcDeFgHiJ5k and sub_1NirD82eZvKYlo2C", "key [secret] and [number]"),
        ("shop.example/reset?u=jane and ftp://h/x?y=1", "[link] and [link]"),
        ("jane.doe (at) shop [dot] example", "[e-mail]"),
        ("to 221B Baker Street, Hauptstraße 5 or 12 rue de Rivoli", "to [address], [address] or [address]"),
        ("born on 3. Mai 1979, ssn 123-45-6789", "born on [date], ssn [phone]"),
        ("fe80::1 and 00:1B:44:11:3A:B7", "[number] and [number]"),
    ],
)  # fmt: skip
def test_personal_data_goes(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Passwort: hunter2", "hunter2"),
        ("Mein Kennwort lautet Sommer!23 und geht nicht", "Sommer!23"),
        ("mot de passe : Soleil123", "Soleil123"),
        ("contraseña: Verano12", "Verano12"),
        ("La mia password è Estate99", "Estate99"),
        ("wachtwoord = Tulp_88", "Tulp_88"),
        ("senha: Praia#7", "Praia#7"),
        ("hasło: Zima2023!", "Zima2023"),
        ("пароль: Leto12", "Leto12"),
        ("パスワードは hana2024 です", "hana2024"),
        ("密码是abc123。", "abc123"),
        ("şifrem: Yaz2024", "Yaz2024"),
        ("My PIN is 4711", "4711"),
        ("login: jdoe, password hunter2.", "hunter2"),
        ("12 Rue de Rivoli, 75001 Paris", "Rue de Rivoli"),
        ("Calle de Alcalá 45, 28014 Madrid", "Alcalá"),
        ("Hauptstraße 12, 10115 Berlin", "Hauptstraße"),
    ],
)
def test_what_is_secret_goes_in_the_languages_we_read(text: str, secret: str) -> None:
    assert secret not in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "My password is refused",
        "Das Passwort wird nicht angenommen",
        "Le mot de passe ne marche pas",
        "The key does not fit the lock",
        "error 503 since 9:30",
        "version 4.5.1 on Windows 11",
    ],
)
def test_words_about_a_secret_stay(text: str) -> None:
    assert scrub(text) == text


def test_the_senders_own_names_go_wherever_they_stand() -> None:
    text = "Miller again: the account of anna miller is locked, and so is Jo's"
    assert scrub(text, names=["Anna Miller", ""]) == "[name] again: the account of [name] is locked, and so is Jo's"


@pytest.mark.parametrize(
    "text",
    [
        "Error 503 since 2024, API v2 answers 401 on port 8080",
        "We have 1500 users, 12 errors and iPhone 15",
        "We pay 1,200.50 a month since 2026-10-02 or 10.11.2026",
        "I'm trying to log in. This is ridiculous. Thanks",
        "I am Not amused",
        "Our two-factor codes are refused, GDPR, Q3 2025",
        "The password is refused, the token has expired, PIN code required",
        "Regards the weekly report: sincerely hope you fix it at 12:30:45 on 03/05/2024",
        "I am Locked out. This is Urgent, and/or 24/7, version 2.10.3",
        "500 Internal Server Error in the main street view",
    ],
)
def test_what_tells_the_topic_stays(text: str) -> None:
    assert scrub(text) == text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("How do I change my billing address?", "how can I change the billing address", True),
        ("How do I change my billing address?", "How do I change my e-mail address?", False),
        ("I can log in", "I can not log in", False),
        ("The invoices are wrong", "the invoice is wrong!", True),
        ("What is it?", "What is that?", False),
        ("What is it?", "what  is it?", True),
    ],
)
def test_lines_that_say_the_same(one: str, other: str, same: bool) -> None:
    assert nearly_the_same(one, other) is same
    assert likeness(one, other) == likeness(other, one)

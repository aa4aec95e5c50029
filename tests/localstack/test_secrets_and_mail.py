"""SSM and SES: secrets as they are stored, letters only from an address that is verified."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError

from services.dispatch.adapters import aws as dispatch
from services.dispatch.adapters.inbox.mailroom import Mailroom
from services.dispatch.domain.inbox.letters import Letter
from services.intake.adapters import aws as intake
from services.intake.settings import Settings as IntakeSettings
from shared.settings import load
from tests.localstack.conftest import House
from tests.localstack.engine import Emulator

MAIL_FROM = "router@shop.example"
LETTER = Letter(subject="Grüße", ticket_id="T-1", name="hand-off", sign="→", colour="#000", title="A ticket")


@pytest.fixture
def chat_secret(house: House) -> str:
    with house.of("intake", "chat") as environment:
        name = environment["CHAT_SECRET_NAME"]
    boto3.client("ssm").put_parameter(Name=name, Value="first", Type="SecureString", Overwrite=True)
    return name


def test_a_secret_is_read_once_and_a_current_one_each_time(house: House, chat_secret: str) -> None:
    with house.of("intake", "chat"):
        assert intake.chat_secret(load(IntakeSettings)) == "first"
    assert dispatch.current_secret(chat_secret) == "first"
    boto3.client("ssm").put_parameter(Name=chat_secret, Value="second", Type="SecureString", Overwrite=True)
    assert dispatch.current_secret(chat_secret) == "second"


def test_a_secret_nobody_stored_is_named(emulator: Emulator) -> None:
    with pytest.raises(ClientError, match="ParameterNotFound"):
        dispatch.current_secret("/ticket-router/lab/nobody-stored-this")


def test_letters_leave_from_a_verified_address_alone(emulator: Emulator) -> None:
    if emulator.name == "AWS":
        pytest.skip("an address of one's own and a person's click would be needed")
    ses, domain = boto3.client("ses"), MAIL_FROM.partition("@")[2]
    ses.verify_email_identity(EmailAddress=MAIL_FROM)
    ours = Mailroom(ses, sender=MAIL_FROM, domains=(domain,), link=lambda *_: "")
    assert ours.send(f"team@{domain}", LETTER) == f"<T-1.hand-off@{domain}>"
    strange = Mailroom(ses, sender="router@never-verified.example", domains=(domain,), link=lambda *_: "")
    with pytest.raises(ClientError, match="MessageRejected"):
        strange.send(f"team@{domain}", LETTER)
    with pytest.raises(ValueError, match="team inboxes alone"):
        ours.send("customer@elsewhere.example", LETTER)

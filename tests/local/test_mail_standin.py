"""Mail in as SES receives it, mail out as it leaves: spoken to with smtplib."""

from __future__ import annotations

import asyncio
import contextlib
import email
import smtplib
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.policy import default as default_policy
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from local.mail import Inbound, Outbox, create_app, listen
from local.stack.hosting import address, listener
from services.intake.domain.mail import read_mail

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


class Bucket:
    """As much of S3 as the mail side uses."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.broken = False

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        if self.broken:
            raise ConnectionError(Bucket)
        self.objects[Key] = Body


@contextlib.contextmanager
def listening(side: Any) -> Iterator[tuple[str, int]]:
    """The side's host and port, for as long as the block lasts."""
    loop, sock = asyncio.new_event_loop(), listener()
    server = loop.run_until_complete(listen(side, sock))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    host, _, port = address(sock).rpartition(":")
    try:
        yield host, int(port)
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def inbound(bucket: Bucket) -> Iterator[tuple[str, int]]:
    with listening(Inbound(support_address="support@example.com", s3=bucket, bucket="mail")) as at:
        yield at


def letter(text: str = "Hello", **headers: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTPUTF8)
    named = {"From": "Dana <dana@shop.example>", "To": "support@example.com", "Subject": "Hi"} | headers
    for name, value in named.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def send(
    at: tuple[str, int],
    mail: EmailMessage | bytes,
    *,
    sender: str = "dana@shop.example",
    to: str = "support@example.com",
) -> None:
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    with smtplib.SMTP(*at) as server:
        server.ehlo("mail.shop.example")
        server.sendmail(sender, [to], raw, mail_options=["SMTPUTF8"])


def stored(bucket: Bucket) -> EmailMessage:
    [raw] = bucket.objects.values()
    return email.message_from_bytes(raw, policy=default_policy)  # type: ignore[return-value]


@pytest.mark.parametrize("to", ["support@example.com", "Support@Example.com", "support+order-7@example.com"])
def test_mail_for_support_is_stored_as_ses_stores_it(inbound: tuple[str, int], bucket: Bucket, to: str) -> None:
    send(inbound, letter(), to=to)

    [key] = bucket.objects
    assert key.startswith("inbound/")
    found = stored(bucket)
    assert found["Return-Path"] == "<dana@shop.example>"
    assert (found["X-SES-Spam-Verdict"], found["X-SES-Virus-Verdict"]) == ("PASS", "PASS")
    assert "dmarc=pass header.from=shop.example" in found["Authentication-Results"]
    assert found.get_content().strip() == "Hello"


@pytest.mark.parametrize("to", ["sales@example.com", "support@example.org", "supportive@example.com"])
def test_other_addresses_are_refused(inbound: tuple[str, int], bucket: Bucket, to: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        send(inbound, letter(), to=to)

    assert caught.value.recipients[to][0] == 550
    assert bucket.objects == {}


def test_what_could_not_be_stored_stays_with_the_sender(inbound: tuple[str, int], bucket: Bucket) -> None:
    bucket.broken = True

    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(inbound, letter())

    assert caught.value.smtp_code == 451


def test_a_forged_sender_is_not_authenticated(inbound: tuple[str, int], bucket: Bucket) -> None:
    send(inbound, letter(From="Boss <boss@bank.example>"), sender="thief@elsewhere.example")

    assert "dmarc=fail header.from=bank.example" in stored(bucket)["Authentication-Results"]


def test_a_forger_who_brings_headers_along_stands_below_the_real_ones(inbound: tuple[str, int], bucket: Bucket) -> None:
    forged = letter(
        From="Boss <boss@bank.example>",
        X_SES_Spam_Verdict="PASS",
        Authentication_Results="amazonses.com; spf=pass; dkim=pass; dmarc=pass header.from=bank.example",
    )
    send(inbound, forged, sender="thief@elsewhere.example")

    found = stored(bucket).get_all("Authentication-Results")
    assert found is not None
    assert [("dmarc=fail" in line, "dmarc=pass" in line) for line in found] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (GTUBE, "X-SES-Spam-Verdict"),
        ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "X-SES-Virus-Verdict"),
    ],
)
def test_spam_and_virus_verdicts(inbound: tuple[str, int], bucket: Bucket, text: str, header: str) -> None:
    send(inbound, letter(text))

    assert stored(bucket)[header] == "FAIL"


def test_bytes_that_are_no_text_arrive_as_they_were_sent(inbound: tuple[str, int], bucket: Bucket) -> None:
    raw = b"From: d@shop.example\r\nSubject: caf\xe9\r\n\r\n" + bytes(range(128, 256)) + b"\r\n" + b"x" * 5000 + b"\r\n"
    send(inbound, raw)

    [kept] = bucket.objects.values()
    assert kept.endswith(raw)


def test_a_mail_over_the_limit_is_refused(inbound: tuple[str, int], bucket: Bucket) -> None:
    with smtplib.SMTP(*inbound) as server:
        server.ehlo()
        assert server.esmtp_features["size"] == str(40 * 1024 * 1024)
        code, _ = server.mail("d@shop.example", ["SIZE=41943041"])

    assert code == 552
    assert bucket.objects == {}


def test_intake_reads_a_stored_mail_as_verified(inbound: tuple[str, int], bucket: Bucket) -> None:
    send(inbound, letter("Everything is down", From="Dana <dana@shop.example>"))

    [raw] = bucket.objects.values()
    mail = read_mail(raw, staff=())
    assert (mail.customer.email, mail.customer.verified, mail.text) == ("dana@shop.example", True, "Everything is down")


# --- mail out -----------------------------------------------------------------------------------


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def test_what_ses_sends_is_listed_and_shown(outbox: Outbox, serve: Callable[[Starlette], str], rules_dir: Path) -> None:
    mail = letter("The plain text", To="privacy@example.com", Subject="[Escalate] Grüße", Importance="high")
    mail.add_alternative('<p>The <b>HTML</b></p><script>alert(1)</script><img src="cid:chart">', subtype="html")
    mail.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="chart.png", cid="<chart>")
    with listening(outbox) as at:
        send(at, mail, to="privacy@example.com")

    url = serve(create_app(outbox=outbox, rules_dir=rules_dir))
    [listed] = httpx.get(f"{url}/outbox").json()
    assert (listed["to"], listed["subject"], listed["text"]) == (
        ["privacy@example.com"],
        "[Escalate] Grüße",
        "The plain text\n",
    )
    assert [file["name"] for file in listed["attachments"]] == ["chart.png"]

    inbox = httpx.get(f"{url}/inboxes/privacy@example.com").text
    assert "[Escalate] Grüße" in inbox
    assert "important" in inbox
    page = httpx.get(f"{url}/mails/{listed['id']}").text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script>alert" not in page
    html = httpx.get(f"{url}/mails/{listed['id']}/html")
    assert html.headers["content-security-policy"].startswith("sandbox ")
    assert "allow-scripts" not in html.headers["content-security-policy"]
    assert f"/mails/{listed['id']}/parts/0" in html.text


def test_inboxes_follow_the_team_sheet(outbox: Outbox, serve: Callable[[Starlette], str], rules_dir: Path) -> None:
    app = create_app(outbox=outbox, rules_dir=rules_dir)

    assert [(inbox.address, inbox.main) for inbox in app.state.inboxes()] == [
        ("engineering@example.com", False),
        ("finance@example.com", False),
        ("privacy@example.com", True),
        ("triage@example.com", False),
    ]
    assert "No mail yet" in httpx.get(f"{serve(app)}/inboxes/privacy@example.com").text

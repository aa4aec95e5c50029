"""Mail: out through SES to the teams' inboxes, in through SES's receipt rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from cli.doctor.patient import Finding, Patient


def mail_out(patient: Patient) -> Iterator[Finding]:
    """SES knows the sender, and lets it write to every inbox of the Sheet."""
    ses = patient.stack.client("sesv2")
    sender = patient.settings.mail_from
    domain = sender.rpartition("@")[2]
    identities = {name: _identity(ses, name) for name in (sender, domain)}
    verified = [name for name, found in identities.items() if found and found.get("VerifiedForSendingStatus")]
    if not verified:
        cure = f"Store the DNS records that {patient.init} --dns prints, and wait for SES to see them."
        state = "is not verified yet" if any(identities.values()) else "is not known to SES"
        yield Finding("mail out", "fail", f"{domain} {state}, so no hand-off mail can be sent", cure)
        return
    yield Finding("mail out", "ok", f"{verified[0]} is verified")
    dkim = (identities[domain] or {}).get("DkimAttributes", {})
    if identities[domain] and dkim.get("Status") not in (None, "SUCCESS"):
        cure = f"Store the three CNAME records that {patient.init} --dns prints."
        yield Finding("mail out", "fail", f"DKIM of {domain} is {str(dkim['Status']).lower()}: mails may be junk", cure)
    yield from _sandbox(ses, patient)


def _sandbox(ses: Any, patient: Patient) -> Iterator[Finding]:
    if ses.get_account().get("ProductionAccessEnabled", True) or not patient.rules:
        return
    closed = []
    for inbox in sorted({team.inbox for team in patient.rules.teams if team.inbox}):
        found = [_identity(ses, name) for name in (inbox, inbox.rpartition("@")[2])]
        if not any(one and one.get("VerifiedForSendingStatus") for one in found):
            closed.append(inbox)
    if closed:
        cure = "SES console → Account dashboard → Request production access; or verify these as identities."
        says = f"SES is in its sandbox and cannot write to {', '.join(closed)}"
        yield Finding("mail out", "fail", says, cure)
    else:
        yield Finding("mail out", "ok", "SES is in its sandbox, and every inbox of the Sheet is verified")


def _identity(ses: Any, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = ses.get_email_identity(EmailIdentity=name)
    except ClientError as error:
        if error.response["Error"].get("Code") == "NotFoundException":
            return None
        raise
    return found


def mail_in(patient: Patient) -> Iterator[Finding]:
    """The rule that stores mail is in the active set, and the domains' mail comes to SES."""
    if not patient.settings.mail_lane:
        yield Finding("mail in", "ok", "off: forms and chat only")
        return
    if patient.stage == "local":
        yield Finding("mail in", "ok", "this machine's own SMTP side")
        return
    active = patient.stack.client("ses").describe_active_receipt_rule_set()
    name = active.get("Metadata", {}).get("Name")
    wanted = str(patient.told["receiptRuleSet"])
    ours = next((rule for rule in active.get("Rules", ()) if rule["Name"] == f"tickets-{patient.stage}"), None)
    if name != wanted:
        has = f"the active one is {name}" if name else "no receipt rule set is active"
        cure = f"aws ses set-active-receipt-rule-set --rule-set-name {wanted} --region {patient.settings.region}"
        if name:
            cure += f"; to keep {name}, name it as receipt_rule_set in the stage file and deploy"
        yield Finding("mail in", "fail", f"{has}, so no mail becomes a ticket", cure)
    elif ours is None or not ours.get("Enabled"):
        yield Finding("mail in", "fail", f"{wanted} has no enabled rule tickets-{patient.stage}", patient.deploy)
    else:
        yield Finding("mail in", "ok", f"{wanted} is active and stores mail to {', '.join(ours['Recipients'])}")
    yield from _mail_exchangers(patient)


def _mail_exchangers(patient: Patient) -> Iterator[Finding]:
    """The MX record of each address's domain (SES developer guide, "Publishing an MX record")."""
    import dns.exception
    import dns.resolver

    wanted = f"inbound-smtp.{patient.settings.region}.amazonaws.com"
    for domain in dict.fromkeys(address.rpartition("@")[2] for address in patient.settings.support_addresses):
        try:
            found = sorted(str(record.exchange).rstrip(".").lower() for record in dns.resolver.resolve(domain, "MX"))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            found = []
        except dns.exception.DNSException as error:
            yield Finding("mail in", "unknown", f"the MX of {domain} cannot be looked up: {error}", "Try again.")
            continue
        if wanted in found:
            yield Finding("mail in", "ok", f"mail for {domain} comes to SES")
        else:
            has = ", ".join(found) if found else "nowhere"
            cure = (
                f"If {domain} is for tickets alone: MX 10 {wanted}. If it is your company's mail, leave its MX alone, "
                "take a sub-domain for support_addresses and forward to it."
            )
            yield Finding("mail in", "fail", f"mail for {domain} goes to {has}, not to SES", cure)

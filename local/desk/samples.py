"""Tickets to try, one click each: what customers of a small software company write."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Sample:
    """A ticket to fill a form with."""

    label: str
    email: str
    name: str
    subject: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """The sample as the page carries it."""
        return asdict(self)


SAMPLES = (
    Sample(
        "Outage, important customer",
        "ops@northwind-traders.example",
        "Dana Whitfield",
        "Everything is down",
        "Since 9:40 every page of our shop answers with error 503. None of our customers can order and we are losing"
        " sales by the minute. This is the second time this month and I am furious. Please call me.",
    ),
    Sample(
        "Billing question",
        "lena.fischer@kleeblatt.example",
        "Lena Fischer",
        "New billing address",
        "Hello, we moved office last week. How do I change the billing address on our invoices? Thank you!",
    ),
    Sample(
        "Angry customer",
        "tom@brightside-cafe.example",
        "Tom Okafor",
        "Export",
        "I have asked three times now. Your export is broken, nobody answers, and I am sick of it. Fix it today!!",
    ),
    Sample(
        "Locked out",
        "priya@lanternlabs.example",
        "Priya Nair",
        "Cannot sign in",
        "The code from my authenticator app is refused since I changed my phone. How can I get back in?",
    ),
    Sample(
        "Feature request",
        "sam@fieldnotes.example",
        "Sam Rivera",
        "An idea",
        "It would be lovely if the weekly report could be sent on Mondays instead of Fridays. Not urgent at all.",
    ),
    Sample("Nothing to go on", "jo@somewhere.example", "Jo", "", "hi"),
)

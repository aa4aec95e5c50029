"""What intake's environment must say."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from pydantic import Field

from services.intake.app import Limits
from services.intake.domain.linking import Folding
from shared.settings import ServiceSettings, load


class Settings(ServiceSettings):
    """Settings of intake."""

    bus_name: str
    """Name of the custom bus."""
    table_name: str
    """intake's own DynamoDB table."""
    mail_bucket: str
    """Bucket with the raw tickets: ``inbound/`` mail, ``form/``, ``chat/`` and ``attachments/``."""
    inbox_name: str
    """intake's own queue."""
    rules_bucket: str
    """Bucket where learning publishes ``rules.v1``; only the staff list is read."""
    chat_secret_name: str
    """SSM parameter with the secret that the chat tool signs with."""
    support_addresses: str = ""
    """The addresses customers write to, separated by commas. Mail from them is our own."""
    mail_from: str = ""
    """The address our hand-offs are sent from. Mail from it is our own coming back."""
    fold_window_hours: float = Field(72, ge=0)
    """Hours in which the same problem of the same customer is a copy."""
    fold_count: int = Field(10, ge=0, le=30)
    """How many of the customer's last tickets are compared; 30 at most, since they share one DynamoDB item."""
    fold_threshold: float = Field(0.62, ge=0, le=1)
    """How alike (0..1) two tickets must be to be one problem; measured in docs/intake.md."""
    keep_days: int = 400
    """Days that tickets' events and set-aside mail stay in the table."""

    form_limit_per_address: int = 30
    """Forms taken from one address in ten minutes; 0 takes any number."""
    form_limit_per_ip: int = 600
    """Forms taken from one IP in ten minutes: a company's people share one. 0 takes any number."""
    form_origins: str = ""
    """Sites that may post the form by script or embed the page: origins, separated by commas."""

    @property
    def limits(self) -> Limits:
        """What a flood of forms is."""
        return Limits(per_address=self.form_limit_per_address, per_ip=self.form_limit_per_ip)

    @property
    def origins(self) -> tuple[str, ...]:
        """The sites that may use the form."""
        return tuple(origin.strip().rstrip("/") for origin in self.form_origins.split(",") if origin.strip())

    @property
    def ours(self) -> tuple[str, ...]:
        """The addresses this product writes from, lower case."""
        said = (*self.support_addresses.split(","), self.mail_from)
        return tuple(address.strip().lower() for address in said if address.strip())

    @property
    def folding(self) -> Folding:
        """Window, count and threshold of folding."""
        return Folding(timedelta(hours=self.fold_window_hours), self.fold_count, self.fold_threshold)


@cache
def settings() -> Settings:
    """The settings, read at first use."""
    return load(Settings)

"""What a raw mail says: who wrote it, what is new in it, whether a machine sent it."""

from services.intake.domain.mail.mail import Mail
from services.intake.domain.mail.reading import read_mail

__all__ = ["Mail", "read_mail"]

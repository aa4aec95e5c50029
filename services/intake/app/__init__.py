"""intake's use cases: take what comes in by three lanes, make it one ticket each, and say so once."""

from services.intake.app.accepting import Flooded, Limits, accept_chat, accept_form, hold_back_floods
from services.intake.app.ports import Kept, Raced
from services.intake.app.receiving_chat import receive_chat
from services.intake.app.receiving_form import receive_form
from services.intake.app.receiving_mail import receive_mail
from services.intake.app.writing import receive, unfold

__all__ = [
    "Flooded",
    "Kept",
    "Limits",
    "Raced",
    "accept_chat",
    "accept_form",
    "hold_back_floods",
    "receive",
    "receive_chat",
    "receive_form",
    "receive_mail",
    "unfold",
]

"""A ticket in shadow: woken when its customer sends the same again and its team is live, told where it went."""

from __future__ import annotations

from services.dispatch.domain.life.handoff import HandOff, Went


def woken(root: HandOff) -> HandOff | None:
    """The hand-off once it is to be handed off after all; None when it never was in shadow."""
    return root.model_copy(update={"shadow": False, "announced": False}) if root.shadow else None


def said(handoff: HandOff) -> HandOff | None:
    """The hand-off once it was said where it would go; None when that is known."""
    return handoff.model_copy(update={"announced": True}) if handoff.shadow and not handoff.announced else None


def told(handoff: HandOff, went: Went) -> HandOff | None:
    """The hand-off once it is known where people took the ticket; the last word counts."""
    return handoff.model_copy(update={"went": went}) if handoff.shadow and handoff.went != went else None

"""Machines' mail, as baunsu, flufl.bounce and bounced tell it from people's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evaluation.intake.others.fetch import HERE
from evaluation.intake.others.row import Row
from services.intake.domain.mail import read_mail

_ASKED = "machines caught or held quietly, people let through"


def rows() -> Iterator[Row]:
    """A row a library."""
    baunsu = sorted(HERE.glob("baunsu-*/package/tests/emails/*.txt"))
    yield _row("baunsu", ((path, path.name.startswith(("bounce", "auto"))) for path in baunsu))
    flufl = sorted(HERE.glob("flufl_bounce-*/*/tests/data/*.txt"))
    yield _row("flufl.bounce", ((path, path.stem not in PEOPLE_IN_FLUFL) for path in flufl))
    bounced = sorted(HERE.glob("bounced-*/*/src/bounced/tests/*/**/*.eml"))
    own = (path for path in bounced if path.parent.name != "flufl_bounce")
    yield _row("bounced", ((path, path.stem not in PEOPLE_IN_BOUNCED) for path in own))


PEOPLE_IN_FLUFL = frozenset(("groupwise_03",))
"""A hotel's answer typed in Outlook, which its tests expect no address from."""

PEOPLE_IN_BOUNCED = frozenset(("tt_1234241664",))
"""A letter to customers, among its ``non_bounces``; the two others there are absence notes."""


def _row(source: str, mails: Iterator[tuple[Path, bool]]) -> Row:
    row = Row(source, _ASKED)
    for path, machine in mails:
        mail = read_mail(path.read_bytes())
        row.add(right=bool(mail.automatic or mail.maybe_automatic) is machine, said=path.name)
    return row

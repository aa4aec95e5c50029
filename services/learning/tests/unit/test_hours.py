"""Business hours: what people mean by them, and what must be asked."""

from __future__ import annotations

import pytest

from services.learning.domain.hours import read_hours
from services.learning.domain.problem import Unclear


@pytest.mark.parametrize(
    ("hours", "kept"),
    [
        ("24/7", "0123456 0:00-24:00"),
        ("24x7 Europe/Berlin", "0123456 0:00-24:00"),
        ("Mon-Fri 24h UTC", "01234 0:00-24:00"),
        ("Mon-Fri 08:30-17:00 America/New_York", "01234 8:30-17:00"),
        (
            "Mon–Thu 9–17, Fri 9–15:30; Sat and Sun 10am to 2pm (Europe/Berlin)",
            "0123 9:00-17:00, 4 9:00-15:30, 56 10:00-14:00",
        ),
        ("weekdays: 9h30 – 12, 13-17 UTC", "01234 9:30-12:00, 01234 13:00-17:00"),
        ("Fri-Mon 22:00-06:00 Asia/Tokyo", "4560 22:00-6:00"),
        ("8-20 Europe/Paris", "0123456 8:00-20:00"),
        ("Mon-Fri 8.30–16 Europe/Berlin", "01234 8:30-16:00"),
        ("Mon-Fri 9 to 17 Uhr Europe/Berlin", "01234 9:00-17:00"),
        ("Monday through Friday from 0900 till 1730 Asia/Kolkata", "01234 9:00-17:30"),
        ("Mon/Wed/Fri 9~18 Asia/Seoul", "024 9:00-18:00"),
        ("Europe/Berlin, Mon-Fri 9-17", "01234 9:00-17:00"),
        # a working day on a clock of twelve hours
        ("Mon-Fri 9-5 America/Chicago", "01234 9:00-17:00"),
        ("9 to 5 Mon to Fri Europe/Berlin", "01234 9:00-17:00"),
        ("Mon-Thu 9:30-5:30 and Fri 9-1 UTC", "0123 9:30-17:30, 4 9:00-13:00"),
        ("Mon-Fri 12-8 UTC", "01234 12:00-20:00"),
        ("Mon-Fri 7-3:30 UTC", "01234 7:00-15:30"),
        ("Mon-Fri 8-12, 2-6 Europe/Madrid", "01234 8:00-12:00, 01234 14:00-18:00"),
        # am and pm where they stand, and where they do not
        ("Mon-Fri 9am-12pm, 1-5pm America/New_York", "01234 9:00-12:00, 01234 13:00-17:00"),
        ("Mon-Fri 9-5pm Europe/London", "01234 9:00-17:00"),
        ("Mon-Fri 9am-5 Europe/London", "01234 9:00-17:00"),
        ("Mon-Fri 9:00 a.m. - 5:00 p.m. America/Denver", "01234 9:00-17:00"),
        ("Mon-Fri 10-2am UTC", "01234 22:00-2:00"),
        ("Mon-Fri 9 to noon, noon-8pm Europe/London", "01234 9:00-12:00, 01234 12:00-20:00"),
        ("Mon-Fri 4pm-midnight UTC", "01234 16:00-24:00"),
        ("Mon-Fri 12am-8am UTC", "01234 0:00-8:00"),
        # nights
        ("daily 21:00-05:00 UTC", "0123456 21:00-5:00"),
        ("Mon-Fri 20-4 UTC", "01234 20:00-4:00"),
        ("Mon-Fri 17:00-09:00 UTC", "01234 17:00-9:00"),
    ],
)
def test_what_people_mean(hours: str, kept: str) -> None:
    spans, _ = read_hours(hours)
    said = ["".join(map(str, span.days)) + f" {_clock(span.opens)}-{_clock(span.closes)}" for span in spans]
    assert ", ".join(said) == kept


@pytest.mark.parametrize(
    ("hours", "asked"),
    [
        ("Mon-Fri 1-5 UTC", "in the afternoon or at night"),
        ("Mon-Fri 8-8 UTC", "twelve hours, or the whole day"),
        ("Mon-Fri 09:00-05:00 UTC", "until the next day"),
        ("Mon-Fri 9pm-5pm UTC", "until the next day"),
        ("9-17", "no time zone"),
        ("Mon-Fri 9-17 CET", "no time zone"),
        ("Mon-Fri 9-17 Europe/Berln", "no time zone"),
        ("Mon-Fri 9-25 Europe/Berlin", "no time of day"),
        ("Mon-Fri 9:75-17 UTC", "no time of day"),
        ("Mon-Fri 13am-5pm UTC", "no time of day"),
        ("Mon-Fri Europe/Berlin", "from when to when"),
        ("Mon-Fri except holidays 9-17 Europe/Berlin", "on which days"),
        ("M-F 9-5 UTC", "on which days"),
        ("24/5 UTC", "on which days"),
    ],
)
def test_what_may_mean_two_things_is_asked(hours: str, asked: str) -> None:
    with pytest.raises(Unclear, match=asked) as unclear:
        read_hours(hours)
    assert unclear.value.cure


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"

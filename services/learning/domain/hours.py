"""Business hours as people write them: ``Mon–Fri 9–17, Sat 10am–noon Europe/Berlin``, ``9-5``, ``24/7``.

What may mean two things is asked about: a lead called at three in the morning is worse than a row to mend.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.rules import OpenHours
from services.learning.domain.problem import Unclear

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY_DAY = tuple(range(7))
_SPANS = {
    "weekday weekdays workday workdays working days business days": (0, 1, 2, 3, 4),
    "weekend weekends": (5, 6),
    "daily every day everyday all week": _EVERY_DAY,
}
_NOON, _DAY = 12 * 60, 24 * 60
_TIME = (
    r"(?:(?P<{0}word>(?:12\s*)?(?:noon|midday|midnight))|"
    r"(?P<{0}hour>\d{{1,2}})(?:\s*[:.h]\s*(?P<{0}minute>\d\d)|(?P<{0}army>\d\d))?(?:\s*(?:h|uhr|o'clock))?"
    r"\s*(?P<{0}half>[ap]\.?\s?m\b\.?)?)"
)
_FROM_TO = re.compile(
    rf"(?<![\w:.])(?:from\s+)?{_TIME.format('o')}\s*(?:[-–—~〜～]|to|until|til|till|through)\s*{_TIME.format('c')}"
    r"(?:\s*(?:h|hrs|uhr)\b)?(?![\w:])",
    re.I,
)
_ALWAYS = re.compile(r"24\s*[/x×]\s*7|always|around the clock", re.I)
_WHOLE_DAY = re.compile(r"\b24\s*(?:h|hrs|hours)\b(?: a day)?|\ball day\b", re.I)
_TO = re.compile(r"[-–—]|\b(?:to|through|thru|until|till)\b")
_LONGEST_NIGHT = 16 * 60
"""Minutes: from five to nine the next morning is a night that somebody works; more is a day written wrongly."""
_LAST_SMALL_HOUR = 5
"""From one to five o'clock hardly a team begins its day: *1-5* is an afternoon, or must be asked about."""
_MORE = "Write it with am and pm, or in 24 hours: Mon-Fri 9:00-17:00 Europe/Berlin."
_HOW = "Write: Mon-Fri 9-17 Europe/Berlin."


@dataclass(frozen=True)
class _Clock:
    """A time as written. ``half``: am, pm, or nothing. ``exact``: it can only be meant on a clock of 24 hours."""

    minutes: int
    half: str = ""
    exact: bool = False


def read_hours(text: str) -> tuple[tuple[OpenHours, ...], str]:
    """The hours and their time zone (a name of the IANA database). Raises Unclear when either cannot be told."""
    words = text.replace(",", " , ").replace(";", " ; ").split()
    zone = next((name for word in words if _is_zone(name := word.strip("()"))), None)
    said = " ".join(word for word in words if word.strip("()") != zone)
    if zone is None and not _ALWAYS.fullmatch(said):
        raise Unclear(f"hours *{text}* name no time zone by its city, so summer time would be wrong.", _HOW)
    spans: list[OpenHours] = []
    waiting: tuple[int, ...] = ()
    for part in filter(None, (part.strip(" (:)") for part in re.split(r"[,;&+]|\band\b|/(?=\s*[A-Za-z])", said))):
        always = _ALWAYS.fullmatch(part)
        times = always or _FROM_TO.search(part) or _WHOLE_DAY.search(part)
        days = () if always else _days(part if times is None else f"{part[: times.start()]} {part[times.end() :]}")
        if days is None:
            raise Unclear(f"hours *{text}* do not say on which days, from when to when.", _HOW)
        waiting += days
        if times:
            on = _EVERY_DAY if always else waiting or (spans[-1].days if spans else _EVERY_DAY)
            before = spans[-1].closes if spans and spans[-1].days == on else None
            opens, closes = (0, _DAY) if times.re is not _FROM_TO else _span(times, before)
            spans.append(OpenHours(days=on, opens=opens, closes=closes))
            waiting = ()
    if not spans or waiting:
        raise Unclear(f"hours *{text}* do not say from when to when.", _HOW)
    return tuple(spans), zone or "UTC"


def _span(found: re.Match[str], before: int | None) -> tuple[int, int]:
    """From when to when, in minutes after midnight; ``before`` is when the day's stretch before this one ended."""
    said = found[0].strip()
    opens, closes = _clock(found, "o"), _clock(found, "c")
    if opens.half and closes.half:
        times = _halved(opens), _halved(closes)
    elif closes.half:  # 1-5pm is all afternoon, 9-5pm begins in the morning, 10-2am the evening before
        same, other = (_halved(opens, half) for half in (closes.half, "am" if closes.half == "pm" else "pm"))
        times = (opens.minutes if opens.exact else same if same < _halved(closes) else other), _halved(closes)
    elif opens.half:  # 9am-5 ends at the next five o'clock
        ends = (closes.minutes,) if closes.exact else (_halved(closes, "am"), _halved(closes, "pm"))
        start = _halved(opens)
        times = start, min(ends, key=lambda end: (end - start - 1) % _DAY)
    elif opens.exact or closes.exact:
        times = opens.minutes, closes.minutes
    else:
        times = _bare(opens.minutes, closes.minutes, before, said)
    if times[0] == times[1] and times[0] % _DAY:
        raise Unclear(f"hours *{said}* may be twelve hours, or the whole day.", _MORE)
    if times[1] <= times[0] and times[1] and times[1] - times[0] + _DAY > _LONGEST_NIGHT and times[0] != times[1]:
        raise Unclear(f"hours *{said}* would last until the next day.", _MORE)
    return times


def _bare(opens: int, closes: int, before: int | None, said: str) -> tuple[int, int]:
    """Two hours up to twelve, on nobody knows which half of the day: 9-5 is a working day, and so is 12-8."""
    if closes < opens:
        return opens, closes + _NOON
    if opens < _LAST_SMALL_HOUR * 60 + 60 and closes <= _NOON and opens:
        if before is not None and opens < before <= opens + _NOON:
            return opens + _NOON, closes + _NOON  # 9-12, 1-5
        raise Unclear(f"hours *{said}* may be in the afternoon or at night.", _MORE)
    return opens, closes


def _clock(found: re.Match[str], which: str) -> _Clock:
    if word := found[f"{which}word"]:
        midnight = word.casefold().endswith("midnight")
        return _Clock(_NOON if not midnight else _DAY if which == "c" else 0, exact=True)
    hour, army, half = found[f"{which}hour"], found[f"{which}army"], (found[f"{which}half"] or "").casefold()
    minute = int(found[f"{which}minute"] or army or 0)
    minutes = int(hour) * 60 + minute
    if minute > 59 or minutes > _DAY or (half and not 1 <= int(hour) <= 12):
        raise Unclear(f"*{found[0].strip()}* is no time of day.", _HOW)
    half = f"{half[0]}m" if half else ""
    return _Clock(minutes, half, exact=not half and (hour[0] == "0" or int(hour) > 12))


def _halved(time: _Clock, half: str = "") -> int:
    """The time on a clock of 24 hours; 12 am is midnight."""
    half = time.half or half
    return time.minutes if time.exact else time.minutes % _NOON + (_NOON if half == "pm" else 0)


def _is_zone(name: str) -> bool:
    # Abbreviations such as CET or EST say nothing about summer time, or mean two places.
    if name not in ("UTC", "GMT") and "/" not in name:
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _days(text: str) -> tuple[int, ...] | None:
    """The days a text names: *Mon–Fri*, *Sat*, *weekdays*; empty when it names none; None when it says more."""
    said = " ".join(_TO.sub(" - ", text.casefold()).replace(":", " ").replace(".", " ").split())
    if not said:
        return ()
    for names, span in _SPANS.items():
        if said in names and re.search(rf"\b{said}\b", names):
            return span
    days: list[int] = []
    for word in said.split():
        day = next((n for n, name in enumerate(DAYS) if len(word) > 1 and f"{name}s".startswith(word)), None)
        if word == "-" and days:
            days.append(-1)
        elif day is None:
            return None
        elif days and days[-1] == -1:
            first = days[-2]
            days[-1:] = [(first + step) % 7 for step in range(1, (day - first) % 7 + 1)]
        else:
            days.append(day)
    return tuple(days) if -1 not in days else None

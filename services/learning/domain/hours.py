"""Business hours as people write them: ``Mon–Fri 9–17, Sat 10–12 Europe/Berlin``."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.rules import OpenHours

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY_DAY = tuple(range(7))
_SPANS = {"weekdays": (0, 1, 2, 3, 4), "weekend": (5, 6), "daily": _EVERY_DAY, "every day": _EVERY_DAY}
_TIME = r"(\d{1,2})(?:[:.h](\d\d))?\s*(am|pm)?"
_FROM_TO = re.compile(rf"{_TIME}\s*(?:[-–—]|to|until)\s*{_TIME}(?:\s*h)?$", re.I)
_ALWAYS = re.compile(r"24\s*/\s*7$")


def read_hours(text: str) -> tuple[tuple[OpenHours, ...], str] | None:
    """The hours and their time zone (a name of the IANA database); None when either cannot be told."""
    said, _, zone = text.rpartition(" ")
    zone = zone.strip("()")
    if not said or not _is_zone(zone):
        return None
    parts = [part.strip(" (:") for part in re.split(r"[,;]|\band\b", said) if part.strip(" (:")]
    spans: list[OpenHours] = []
    waiting: tuple[int, ...] = ()
    for part in parts:
        if _ALWAYS.match(part):
            spans.append(OpenHours(days=_EVERY_DAY, opens=0, closes=24 * 60))
            continue
        times = _FROM_TO.search(part)
        days = _days(part[: times.start()] if times else part)
        if days is None:
            return None
        waiting += days
        if times:
            opens, closes = _minutes(*times.groups()[:3]), _minutes(*times.groups()[3:])
            if opens is None or closes is None:
                return None
            spans.append(
                OpenHours(days=waiting or (spans[-1].days if spans else _EVERY_DAY), opens=opens, closes=closes)
            )
            waiting = ()
    return (tuple(spans), zone) if spans and not waiting else None


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
    said = " ".join(re.sub(r"[-–—]|\bto\b", " - ", text.casefold()).replace(":", " ").split())
    if said in _SPANS or not said:
        return _SPANS.get(said, ())
    days: list[int] = []
    for word in said.split():
        day = next((n for n, name in enumerate(DAYS) if len(word) > 1 and name.startswith(word.rstrip("."))), None)
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


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.casefold() == "pm" else 0)
    total = hours * 60 + int(minute or 0)
    return total if total <= 24 * 60 and int(minute or 0) < 60 else None

"""Who and what the workspace has: channels and users, read from the rules folder and read again when it changes."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

BOT_USER = "U0TICKETROUTER"
BOT_ID = "B0TICKETROUTER"
APP_ID = "A0TICKETROUTER"
TEAM_ID = "T0LOCAL"
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,20}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


def slack_id(prefix: str, name: str) -> str:
    """An id of Slack's shape that is the same for the same name on every run."""
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:10].upper()


@dataclass(frozen=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    email: str
    is_bot: bool = False

    def as_slack(self) -> dict[str, object]:
        """The user object of Slack's API."""
        profile = {"email": self.email, "real_name": self.real_name, "display_name": self.name}
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "name": self.name,
            "real_name": self.real_name,
            "is_bot": self.is_bot,
            "deleted": False,
            "tz": "Etc/UTC",
            "profile": profile,
        }


@dataclass
class Channel:
    """A public channel, or a direct conversation when ``user`` is set."""

    id: str
    name: str
    user: str | None = None
    members: set[str] = field(default_factory=set)
    pins: list[tuple[str, float]] = field(default_factory=list)
    """(message ts, when pinned), oldest first."""

    def is_pinned(self, ts: str) -> bool:
        """Whether the message of that timestamp is pinned here."""
        return any(pinned == ts for pinned, _ in self.pins)

    def as_slack(self) -> dict[str, object]:
        """The conversation object of Slack's API."""
        shared = {"id": self.id, "is_archived": False, "is_member": BOT_USER in self.members, "created": 1_700_000_000}
        if self.user:
            return {**shared, "is_im": True, "is_channel": False, "user": self.user}
        return {**shared, "name": self.name, "is_channel": True, "is_im": False, "is_private": False}


class Directory:
    """The channels and users that ``teams.csv`` names, plus the configured extra channels.

    A channel or person that leaves the file stays in the workspace, as in Slack: removing a row deletes no history.
    """

    def __init__(self, rules_dir: Path, *, extra_channels: tuple[str, ...]) -> None:
        self._file, self._extra, self._stamp = rules_dir / "teams.csv", extra_channels, (0, 0)
        self._channels: dict[str, Channel] = {}
        self._users: dict[str, User] = {}
        self._add_user(User(BOT_USER, "ticket-router", "Ticket Router", "", is_bot=True))

    @property
    def channels(self) -> dict[str, Channel]:
        """Channels and direct conversations by id."""
        self._refresh()
        return self._channels

    @property
    def users(self) -> dict[str, User]:
        """Users by id."""
        self._refresh()
        return self._users

    def channel(self, reference: str, *, by_name: bool = False) -> Channel | None:
        """The channel of that id; with ``by_name`` also ``#name``, ``name`` or a user id, as chat.postMessage takes."""
        found = self.channels.get(reference)
        if found or not by_name:
            return found
        if reference in self.users:
            return self.open_direct(reference)
        name = reference.removeprefix("#")
        return next((c for c in self._channels.values() if c.name == name and not c.user), None)

    def open_direct(self, user: str) -> Channel:
        """The bot's direct conversation with a user, begun if need be."""
        channel_id = slack_id("D", user)
        return self._channels.setdefault(
            channel_id, Channel(channel_id, self._users[user].name, user, {user, BOT_USER})
        )

    def _refresh(self) -> None:
        try:
            now = self._file.stat()
        except FileNotFoundError:
            return
        if (stamp := (now.st_mtime_ns, now.st_size)) == self._stamp:
            return
        self._stamp = stamp
        with self._file.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                {(k or "").strip().lower(): (v or "").strip() for k, v in row.items() if isinstance(v, str)}
                for row in csv.DictReader(file)
            ]
        for row in rows:
            people = [
                self._person(row.get(role, ""), row.get("team", ""), role) for role in ("lead", "manager", "on call")
            ]
            if channel := row.get("slack channel", "").removeprefix("#"):
                self._add_channel(channel, team=row.get("team", "")).members.update(
                    person for person in people if person
                )
        for name in self._extra:
            self._add_channel(name).members.update(self._users)

    def _add_channel(self, name: str, *, team: str = "") -> Channel:
        """The bot is a member from the start: that is the state after ``/invite`` that the set-up guide asks for.

        A channel that is named by its id is called after the team.
        """
        if _CHANNEL_ID.fullmatch(name):
            called = team.replace(" ", "-").lower() or name.lower()
            return self._channels.setdefault(name, Channel(name, called, members={BOT_USER}))
        channel_id = slack_id("C", name)
        return self._channels.setdefault(channel_id, Channel(channel_id, name, members={BOT_USER}))

    def _person(self, reference: str, team: str, role: str) -> str | None:
        if not reference:
            return None
        if "@" in reference:
            known = next((u.id for u in self._users.values() if u.email == reference.casefold()), None)
            name = reference.partition("@")[0]
            return known or self._add_user(User(slack_id("U", reference.casefold()), name, name, reference.casefold()))
        if not _USER_ID.fullmatch(reference):
            return None
        if reference in self._users:
            return reference
        handle = f"{team}-{role}".replace(" ", "-").lower()
        real = f"{team.capitalize()} {role}"
        return self._add_user(User(reference, handle, real, f"{handle}@example.com"))

    def _add_user(self, user: User) -> str:
        self._users.setdefault(user.id, user)
        return user.id

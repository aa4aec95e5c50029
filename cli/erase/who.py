"""Who is to be forgotten, and what they are known by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.errors import BadInput

TICKET = re.compile(r"T-[0-9A-Z]{12}")
"""A ticket's number, as intake makes it."""
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_SHORTEST_HANDLE = 3
_QUOTED, _TELLING = 40, 12
"""Characters of a learnt line by which it is told again, and how many it must have to be anybody's own words."""


@dataclass(frozen=True)
class Who:
    """A customer by all their names (addresses, chat handles), or single tickets by their numbers."""

    names: frozenset[str] = frozenset()
    """Addresses without their +tags (intake takes them for one customer, too) and handles, casefolded."""
    tickets: frozenset[str] = frozenset()
    """Numbers that were named by themselves: only these tickets."""

    @classmethod
    def of(cls, said: Iterable[str]) -> Who:
        """What was typed. Raises BadInput for what may mean more than one customer."""
        names, tickets = set(), set()
        for word in (one.strip() for one in said):
            if TICKET.fullmatch(word.upper()):
                tickets.add(word.upper())
            elif "@" in word.lstrip("@"):
                if not _ADDRESS.fullmatch(word) or "*" in word:
                    raise BadInput("CUSTOMER", f"“{word}” is no whole address", "Write one, such as jane@shop.example")
                names.add(_plain(word.casefold()))
            elif len(word) < _SHORTEST_HANDLE or set("*%?") & set(word):
                raise BadInput(
                    "CUSTOMER", f"“{word}” may mean many people", "Name an address, a chat handle or a ticket's number"
                )
            else:
                names.add(word.casefold())
        return cls(frozenset(names), frozenset(tickets))

    def has_sent(self, ticket: Mapping[str, Any]) -> bool:
        """Whether a ticket (as the events carry it) is theirs."""
        customer = ticket.get("customer") or {}
        return ticket.get("ticket_id") in self.tickets or bool(_names_in(customer) & self.names)

    def __str__(self) -> str:
        return ", ".join(sorted(self.names | self.tickets))


@dataclass
class Traces:
    """What leads to the customer's things: their names, and what their tickets are known by."""

    who: Who
    tickets: set[str] = field(default_factory=set)
    """The numbers of all their tickets."""
    others: dict[str, str] = field(default_factory=dict)
    """Keys of stored mails and files of other customers' tickets, with the ticket's number."""
    objects: set[str] = field(default_factory=set)
    """Keys of the stored mails and files of theirs."""
    marks: set[str] = field(default_factory=set)
    """How lines of the Doc name the corrections of their tickets."""
    lessons: set[str] = field(default_factory=set)
    """How the lines that were learnt from their tickets begin: a change log quotes them without their mark."""
    roots: set[str] = field(default_factory=set)
    """Tickets of others (a colleague's) in whose thread one of theirs lies."""
    also: set[str] = field(default_factory=set)
    """Other names that their own tickets bear, such as a handle beside the address."""

    def learn(self, event: Mapping[str, Any]) -> None:
        """Take in a stored event or hand-off that holds a ticket."""
        ticket = event.get("ticket") or {}
        number = ticket.get("ticket_id")
        if not number:
            return
        keys = {ref["key"] for ref in _refs(event)}
        if self.who.has_sent(ticket):
            self.tickets.add(number)
            self.objects |= keys
            customer = ticket.get("customer") or {}
            self.also |= _names_in(customer)
            self.roots |= {ticket[name] for name in ("duplicate_of", "follow_up_to") if ticket.get(name)}
            if ticket.get("conversation_id"):
                self.marks.add(hashlib.sha256(ticket["conversation_id"].encode()).hexdigest())
        else:
            self.others |= dict.fromkeys(keys, number)

    def learn_lessons(self, rules: Any) -> None:
        """Take in the lines of a revision of the rules that were learnt from their tickets."""
        if isinstance(rules, Mapping):
            text = str(rules.get("text") or "")[:_QUOTED]
            if rules.get("learned_from") in self.marks and len(text) >= _TELLING:
                self.lessons.add(text.casefold())
            rules = list(rules.values())
        if isinstance(rules, list):
            for one in rules:
                self.learn_lessons(one)

    @property
    def other_names(self) -> list[str]:
        """Names of the same person, it seems, that were not asked for."""
        return sorted(self.also - self.who.names) if self.who.names else []

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        addresses = {name for name in self.who.names if "@" in name.lstrip("@")}
        known = [re.escape(one.casefold()) for one in (*self.tickets, *self.who.tickets, *self.marks)]
        known += [
            rf"{re.escape(local)}(?:\+[^@\s]*)?@{re.escape(domain)}" for local, _, domain in map(_parts, addresses)
        ]
        said = [rf"(?<![\w.+-])(?:{'|'.join(known)})(?![\w@-]|\.\w)"] if known else []
        # A handle may be a word of the language: it counts where it stands alone, or at the end of a key.
        handles = map(re.escape, self.who.names - addresses)
        said += [rf"^(?:.*[#:])?(?:{one})$" for one in handles]
        return re.compile("|".join(said), re.S) if said else None

    def __contains__(self, text: object) -> bool:
        """Whether a text names the customer or one of their tickets."""
        said = str(text).casefold()
        return bool(self._pattern and self._pattern.search(said)) or any(lesson in said for lesson in self.lessons)

    def has_part_in(self, text: str) -> bool:
        """Whether a text names a ticket of somebody else in whose thread one of theirs lies."""
        return not self.roots.isdisjoint(TICKET.findall(text))

    def whose(self, text: str) -> str | None:
        """The ticket of somebody else that a text (a key, a name) belongs to; None when it is nobody's or theirs."""
        found = set(TICKET.findall(text))
        return min(found - self.tickets, default=None) if not found & self.tickets else None


def lines_with(value: Any, traces: Traces) -> list[str]:
    """Only what names the customer, of something that also says things of others."""
    return [line for text in strings(value) for line in text.split("\n") if line in traces]


def strings(value: Any) -> Iterable[str]:
    """Every text in a stored value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield str(name)
            yield from strings(one)
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from strings(one)


def _refs(value: Any) -> Iterable[dict[str, str]]:
    if isinstance(value, Mapping):
        if set(value) == {"bucket", "key"}:
            yield dict(value)
        else:
            for one in value.values():
                yield from _refs(one)
    elif isinstance(value, list):
        for one in value:
            yield from _refs(one)


def _names_in(customer: Mapping[str, Any]) -> set[str]:
    email, handle = customer.get("email"), customer.get("handle")
    return {name for name in (_plain(str(email or "").casefold()), str(handle or "").casefold()) if name}


def _plain(address: str) -> str:
    """An address without its +tag."""
    local, at, domain = _parts(address)
    return (local.partition("+")[0] or local) + at + domain


def _parts(address: str) -> tuple[str, str, str]:
    return address.rpartition("@")

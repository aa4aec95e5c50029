"""Ticket ids from natural keys, and whose recent tickets a new one is compared with."""

from __future__ import annotations

import hashlib

from contracts.ticket import Customer

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so an id read out on the phone is heard right."""


def ticket_id(*natural_key: str) -> str:
    """``T-`` and 12 characters (60 bits) that follow from the natural key alone: same key, same ticket, for ever."""
    digest = hashlib.sha256("\x1f".join(natural_key).encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest[:8], "big") >> 4
    return "T-" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(55, -1, -5))


def customer_key(customer: Customer) -> str | None:
    """What makes two tickets the same customer's: the address without its plus-part, else the chat handle.

    A bare name is not enough: None means that nothing is folded or threaded by customer.
    """
    if customer.email:
        local, _, domain = customer.email.casefold().rpartition("@")
        return f"{local.partition('+')[0] or local}@{domain}"
    return f"handle:{customer.handle.casefold()}" if customer.handle else None


_EVERYBODYS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com
    aol.com gmx.net gmx.de web.de t-online.de freenet.de posteo.de mailbox.org proton.me protonmail.com tutanota.com
    zoho.com mail.com fastmail.com mail.ru yandex.ru qq.com 163.com 126.com naver.com orange.fr free.fr laposte.net
    wanadoo.fr libero.it virgilio.it hotmail.fr hotmail.co.uk yahoo.co.uk btinternet.com bluewin.ch wp.pl o2.pl
    seznam.cz""".split()  # noqa: SIM905
)
"""Domains where everybody can have an address: sharing one makes nobody a colleague."""


def are_colleagues(customer: str | None, owner: str | None) -> bool:
    """Whether two customer keys are one customer or one organisation. True when one has no address to tell by."""
    if customer == owner or not owner or "@" not in owner or owner.startswith("handle:"):
        return True
    domain = owner.rpartition("@")[2]
    return domain not in _EVERYBODYS and bool(customer) and str(customer).rpartition("@")[2] == domain

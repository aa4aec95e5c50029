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

"""Jinja2 over ``templates/``: every value escaped in HTML, loaded at first use."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
"""Of every page: no script runs on it, nothing is loaded, nobody frames it, the link in it leaks nowhere."""


def render(template: str, **values: Any) -> str:
    """The template with its values."""
    return str(_environment().get_template(template).render(**values))


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    escaped = select_autoescape(enabled_extensions=("html",), default=False)
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=escaped, undefined=StrictUndefined)

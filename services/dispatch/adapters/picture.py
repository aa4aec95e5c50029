"""SVG to PNG with resvg, in the Lambda: one small library, the fonts beside it."""

from __future__ import annotations

from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "fonts"
"""Roboto, Latin, Greek and Cyrillic only (Apache-2.0, see the licence there)."""


def png(svg: str) -> bytes:
    """The picture as PNG."""
    import resvg_py  # not at import: only the reports need it

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            skip_system_fonts=True,
            font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
            font_family="Roboto",
            sans_serif_family="Roboto",
        )
    )

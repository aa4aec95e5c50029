"""Links and paths on the pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import FENCE, ROOT, pages

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
TOPS = "contracts|shared|services|local|cli|evaluation|benchmarks|rules|tests|docs|packaging|platform"
PATH = re.compile(rf"`((?:{TOPS})/[\w./-]+)`")
EVERY_PAGE = pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())


def prose(page: Path) -> str:
    """The page without its blocks."""
    return FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", re.sub(r"`|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
        found.add(words.replace(" ", "-"))
    return found


@EVERY_PAGE
def test_every_link_leads_to_a_file_and_to_a_heading_that_is_there(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{link}: no such file"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{link}: that page has {sorted(anchors(target))}"


@EVERY_PAGE
def test_every_path_that_is_named_is_there(page: Path) -> None:
    for path in PATH.findall(prose(page)):
        decision = path.startswith("docs/adr/") and list(ROOT.glob(f"{path}*"))  # by its number alone
        assert decision or (ROOT / path).exists() or (page.parent / path).exists(), f"{path}: not there"

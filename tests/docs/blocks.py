"""The command blocks of the pages, and what each one's marker says is to be done with it.

    ```sh                        run by tests/docs, from the project's folder, with the local system running
    ```sh aws                    needs an AWS account: every command in it is checked (it exists, it knows the flags)
    ```sh by:tests/x/test_y.py   another test does what it says: README's `make demo`, for example
    ```sh long                   takes minutes: checked as for aws

Every other block (```text, ```json, ```diff …) is something to look at. ``python -m tests.docs.blocks`` counts them.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<said>[^`\n]*)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)
SHELLS = ("sh", "bash", "shell", "console")
CURE = (
    "say what this block is: ```sh (tests/docs runs it), ```sh aws (needs an account), ```sh by:tests/… (that test"
    " does it), ```sh long (takes minutes), or ```text for what is only to be read"
)


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: str
    line: int
    language: str
    marker: str
    body: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_command(self) -> bool:
        """Whether it is for a shell."""
        return self.language in SHELLS

    @property
    def commands(self) -> list[str]:
        """Its commands, continued lines joined, without comments."""
        joined = re.sub(r"\\\n\s*", " ", self.body)
        lines = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in joined.splitlines())
        return [line for line in lines if line]


def pages() -> list[Path]:
    """README, CONTRIBUTING, docs/ and the pages beside the code; decisions are history."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    for folder in ("services", "evaluation", "contracts", "local", "cli", "benchmarks", "stages", "rules"):
        found += [path for path in (ROOT / folder).rglob("*.md") if not {"node_modules", ".osls"} & set(path.parts)]
    return sorted(path for path in found if path.name != "guide.md" and path.parent.name != "changes")


def blocks() -> list[Block]:
    """Every block of every page."""
    return [block for page in pages() for block in of(page)]


def of(page: Path) -> list[Block]:
    """The blocks of one page."""
    text, found = page.read_text(), list[Block]()
    for match in FENCE.finditer(text):
        language, _, marker = match["said"].strip().partition(" ")
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page.relative_to(ROOT).as_posix(), line, language, marker.strip(), match["body"]))
    return found


def main() -> int:
    """Print how many command blocks are run, and the others with the reason."""
    commands = [block for block in blocks() if block.is_command]
    kinds = Counter(block.marker.partition(":")[0] or "run" for block in commands)
    print(f"{len(commands)} command blocks: " + ", ".join(f"{number} {kind}" for kind, number in kinds.items()))
    for block in commands:
        if block.marker:
            print(f"  {block!s:<34}{block.marker:<40}{block.commands[0][:60]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

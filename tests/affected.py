"""Which services a change can break, by contracts and imports, and their tests: ``make affected BASE=main``.

A service is affected by its own files, by a module of ``contracts`` or ``shared`` that it imports (however indirectly),
by the schema or an example of an event that it emits or takes, and by what all are built from. Its neighbours are not:
what it says to them is held by the contract tests. ``--list`` only names them.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grimp

from contracts.catalog import CATALOG

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("intake", "classifier", "router", "dispatch", "learning")
PACKAGES = ("contracts", "shared", "services")
FOR_ALL = ("pyproject.toml", "uv.lock", "packaging/", "stages/", "platform/", "package.json", "package-lock.json")
HOLDS_ALL = ("tests/contracts", "tests/architecture")
"""Cheap, and what they hold is between services."""


def changed(base: str) -> list[str]:
    """Every file that differs from where this branch left ``base``, uncommitted and new ones too."""
    start = _git("merge-base", base, "HEAD").strip()
    return sorted({*_git("diff", "--name-only", start).split(), *_git("ls-files", "-o", "--exclude-standard").split()})


def affected(files: Iterable[str]) -> dict[str, list[str]]:
    """The services that these files can break, each with the files that say so."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for service in _by(file):
            found[service].append(file)
    return {service: found[service] for service in SERVICES if service in found}


def _by(file: str) -> set[str]:
    top, _, rest = file.partition("/")
    if file.startswith(FOR_ALL):
        return set(SERVICES)
    if top == "services":
        return {rest.partition("/")[0]} & set(SERVICES)
    if rest.startswith("changes/"):  # words about a change
        return set()
    if top == "contracts" and "/" in rest:  # schemas/TicketCorrected.v2.json, examples/TicketCorrected.v2/undone.json
        return _around(Path(rest.split("/")[1]).name.removesuffix(".json").removesuffix(".md"))
    if top in PACKAGES and file.endswith(".py"):
        return _importers(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return set()


def _around(contract: str) -> set[str]:
    if contract.startswith("rules."):
        return set(SERVICES)
    name, _, version = contract.partition(".v")
    entries = [e for e in CATALOG if e.event.detail_type() == name and str(e.event.version) == version]
    return {service for entry in entries for service in (entry.producer, *entry.consumers)}


def _importers(module: str) -> set[str]:
    graph = _graph()
    if module not in graph.modules:  # deleted: whoever imports it fails to load, and is in the change as well
        return set()
    below = {module, *graph.find_downstream_modules(module)}
    return {name.split(".")[1] for name in below if name.count(".") >= 1 and name.startswith("services.")}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def suites(services: Iterable[str]) -> list[str]:
    """The folders of tests to run for them."""
    folders = [f"services/{service}/tests/{kind}" for service in services for kind in ("unit", "contract")]
    return [folder for folder in (*folders, *HOLDS_ALL) if (ROOT / folder).is_dir()]


def main(words: list[str]) -> int:
    """Name them, then run their tests."""
    base = next((word for word in words if not word.startswith("-")), "main")
    files = changed(base)
    services = affected(files)
    print(f"{len(files)} files differ from {base}; they can break: {', '.join(services) or 'no service'}")
    for service, because in services.items():
        more = f" and {len(because) - 3} more" if len(because) > 3 else ""
        print(f"  {service:<12}{', '.join(because[:3])}{more}")
    if "--list" in words:
        return 0
    places = suites(services)
    print(f"running: {' '.join(places)}", flush=True)
    pytest = [sys.executable, "-m", "pytest", "--disable-socket", "--allow-unix-socket", *places]
    return subprocess.run(pytest, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Builds the zip of one service: its pinned dependencies, contracts, shared and itself, and nothing else.

The same code goes to both places; only the wheels differ. With ``AWS_ENDPOINT_URL`` set they are for the local AWS's
interpreter, otherwise for Lambda's arm64 and the runtime that ``serverless.yml`` declares. Dependencies are kept per
requirements file; the sources are read every time, so nothing of ours can go stale. The zip has fixed times and order:
same input, same bytes, and osls skips what has not changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
LOCAL_PYTHON = ROOT / ".aws-python" / "bin" / "python"
RUNTIME = "3.13"
"""The Lambda runtime of every ``serverless.yml`` (a test holds them together)."""
NOT_SHIPPED = ("tests", "testing", "__pycache__", ".*")
"""What is in the source folders and not in the zip (``.serverless`` holds whole templates)."""
GOOGLE_DOCUMENTS = ("docs.v1.json", "drive.v3.json", "sheets.v4.json")
"""Discovery documents learning uses; the others are 100 MB (google-api-python-client ships all of Google)."""


@dataclass(frozen=True)
class Target:
    """Where the wheels must run."""

    name: str
    wheels: tuple[str, ...]
    compiler: str | None
    """An interpreter of the very version that will run the code, to write its bytecode; None when there is none."""


@cache
def target() -> Target:
    """The local AWS's interpreter, or Lambda's."""
    if os.environ.get("AWS_ENDPOINT_URL"):
        python = str(LOCAL_PYTHON if LOCAL_PYTHON.exists() else sys.executable)
        return Target("local", ("--python", python), python)
    wheels = ("--python-platform", "aarch64-manylinux_2_28", "--python-version", RUNTIME, "--only-binary", ":all:")
    return Target("lambda", wheels, _interpreter(RUNTIME))


def _interpreter(version: str) -> str | None:
    found = shutil.which(f"python{version}")
    if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
        return found
    print(f"No python{version} here to compile for Lambda: the zip goes without bytecode and starts slower", flush=True)
    return None


def dependencies(service: str, where: Target) -> Path:
    """The folder with the service's dependencies, installed once per requirements file and target."""
    requirements = ROOT / "services" / service / "requirements.txt"
    recipe = requirements.read_bytes() + Path(__file__).read_bytes() + repr(where).encode()
    folder = BUILD / "dependencies" / f"{where.name}-{hashlib.sha256(recipe).hexdigest()[:16]}"
    if folder.exists():
        return folder
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", str(unfinished)]
    subprocess.run([*install, *where.wheels, "-r", str(requirements)], check=True)
    _prune(unfinished)
    _compile(unfinished, where)
    try:
        unfinished.rename(folder)
    except OSError:  # another build of the same recipe was first
        shutil.rmtree(unfinished)
    return folder


def _prune(folder: Path) -> None:
    for name in ("bin", ".lock"):
        path = folder / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    for document in folder.glob("googleapiclient/discovery_cache/documents/*.json"):
        if document.name not in GOOGLE_DOCUMENTS:
            document.unlink()


def _compile(folder: Path, where: Target) -> None:
    # Unchecked hashes: a zip changes file times, and bytecode checked by time would be compiled again at every start.
    if where.compiler:
        compileall = [where.compiler, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
        subprocess.run([*compileall, "-s", str(folder), str(folder)], check=False)


def stage_sources(service: str, where: Target) -> Path:
    """Copy what the service is made of into a folder of its own, compiled."""
    folder = BUILD / "sources" / service
    shutil.rmtree(folder, ignore_errors=True)
    ignore = shutil.ignore_patterns(*NOT_SHIPPED)
    for part in ("contracts", "shared", f"services/{service}"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignore)
    shutil.copy(ROOT / "services" / "__init__.py", folder / "services")
    for leftover in ("serverless.yml", "requirements.txt", "README.md"):
        (folder / "services" / service / leftover).unlink(missing_ok=True)
    shutil.rmtree(folder / "contracts" / "schemas", ignore_errors=True)
    shutil.rmtree(folder / "contracts" / "examples", ignore_errors=True)
    _compile(folder, where)
    return folder


def build(service: str) -> Path:
    """Write ``.build/<service>.zip``."""
    where = target()
    installed, sources = dependencies(service, where), stage_sources(service, where)
    return _write(BUILD / f"{service}.zip", _packed(installed), sources)


def _packed(installed: Path) -> Path:
    """The zip of a folder of dependencies, packed once: they are nearly all there is to pack."""
    packed = installed.with_name(f"{installed.name}.zip")
    if not packed.exists():
        unfinished = packed.with_name(f"{packed.name}.{os.getpid()}")
        with zipfile.ZipFile(unfinished, "w") as archive:
            _add(archive, installed)
        unfinished.replace(packed)
    return packed


def _write(artifact: Path, packed: Path, sources: Path) -> Path:
    unfinished = artifact.with_suffix(".part")
    shutil.copyfile(packed, unfinished)
    with zipfile.ZipFile(unfinished, "a") as archive:
        _add(archive, sources)
    unfinished.replace(artifact)
    return artifact


def _add(archive: zipfile.ZipFile, folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file():
            entry = zipfile.ZipInfo(str(name), date_time=(2026, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    for name in sys.argv[1:]:
        zipped = build(name)
        print(f"{name}: {zipped.relative_to(ROOT)}, {zipped.stat().st_size / 1e6:.1f} MB, for {target().name}")

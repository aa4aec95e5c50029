"""What a cold start computes: the CPU time to import each function's entry point from its zip, beside its floor.

The floor is a function that imports boto3 and does nothing. CPU time and not the clock, product and floor in turns and
the least of each: an import computes, and a busy machine must not look like a slow service.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAMBDA_PYTHON = ROOT / ".aws-python" / "bin" / "python"
SERVICES = ("intake", "classifier", "router", "dispatch", "learning")
TURNS = 7
FLOOR = "import boto3"
_ENTRY = re.compile(r"^    handler: (\S+)\.(\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Start:
    """One function's start."""

    function: str
    zip_mb: float
    cpu_ms: float
    floor_ms: float

    @property
    def ratio(self) -> float:
        """How many times the floor it is."""
        return self.cpu_ms / self.floor_ms


def starts(service: str) -> Iterator[Start]:
    """Every entry point of a service, from a zip built now for the interpreter that is here."""
    environment = {**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    build = [str(ROOT / ".venv" / "bin" / "python"), str(ROOT / "packaging" / "build.py"), service]
    subprocess.run(build, env=environment, check=True, capture_output=True)
    artifact = ROOT / ".build" / f"{service}.zip"
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(artifact) as archive:
            archive.extractall(folder)
        for module, function in entry_points(service):
            measured = [(_cpu_ms(FLOOR, folder), _cpu_ms(f"import {module}", folder)) for _ in range(TURNS)]
            floor, took = (min(column) for column in zip(*measured, strict=True))
            room = module.removeprefix("services.").replace(".handler", "")
            yield Start(f"{room}: {function}", artifact.stat().st_size / 1e6, took, floor)


def entry_points(service: str) -> list[tuple[str, str]]:
    """Module and function of each, as ``serverless.yml`` names them."""
    template = (ROOT / "services" / service / "serverless.yml").read_text(encoding="utf-8")
    return [(path.replace("/", "."), function) for path, function in _ENTRY.findall(template)]


def _cpu_ms(statement: str, folder: str) -> float:
    script = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    environment = {"AWS_DEFAULT_REGION": "eu-central-1", "PATH": os.defpath}
    command = [str(LAMBDA_PYTHON), "-c", script]
    ran = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return float(ran.stdout.split()[-1]) * 1000

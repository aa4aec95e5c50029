"""The six CloudFormation templates as osls compiles them, for a stage of their own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local.stack.aws import LocalAws
from local.stack.choices import REGION, ROOT
from local.stack.deploy import OSLS, SERVICES, deploy_environment

STAGE = "lab"
"""Beside ``local``: on a LocalStack that is already in use nothing of its own is touched."""
COMPILED = ROOT / ".build" / STAGE
FOLDERS = {"platform": ROOT / "platform", **{name: ROOT / "services" / name for name in SERVICES}}


def compiled(sts_url: str) -> dict[str, dict[str, Any]]:
    """Every template by service; ``sts_url`` is asked for the account. Compiled anew when a source changed."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(FOLDERS, pool.map(lambda name: _one(name, sts_url), FOLDERS), strict=True))


def prepare() -> None:
    """Install what packaging needs, as long as the package index can be reached: inside our own network it cannot."""
    if wanted := [name for name in SERVICES if not _kept(name).exists()]:
        env = os.environ | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}  # for the local AWS: nobody is asked
        subprocess.run([sys.executable, ROOT / "packaging" / "build.py", *wanted], cwd=ROOT, env=env, check=True)


def _one(name: str, sts_url: str) -> dict[str, Any]:
    kept = _kept(name)
    if not kept.exists():
        folder = COMPILED / name
        stage_file = Path(__file__).with_name("stage.yml")
        command = [str(OSLS), "package", "--stage", STAGE, "--region", REGION, "--package", str(folder)]
        env = deploy_environment(LocalAws(sts_url), stage_file)
        done = subprocess.run(command, cwd=FOLDERS[name], env=env, capture_output=True, text=True)
        assert done.returncode == 0, f"{name} cannot be packaged:\n{done.stdout}\n{done.stderr}"
        kept.write_text((folder / "cloudformation-template-update-stack.json").read_text())
    template: dict[str, Any] = json.loads(kept.read_text())
    return template


def _kept(name: str) -> Path:
    folder = FOLDERS[name]
    files = sorted([*folder.glob("*.yml"), *folder.glob("resources/*.yml"), *(ROOT / "stages").glob("*.*")])
    recipe = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    return COMPILED / f"{name}-{recipe}.json"

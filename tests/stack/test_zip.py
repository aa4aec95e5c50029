"""The zips for AWS: every compiled file in them is for Lambda's arm64, and what Lambda brings along is left out."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest

from local.stack.choices import ROOT
from local.stack.deploy import SERVICES

AARCH64 = (183).to_bytes(2, "little")
"""ELF specification: e_machine, bytes 18 and 19 of a file."""
UNZIPPED_LIMIT = 250 * 1024 * 1024
"""AWS Lambda quotas: a function and its layers, unzipped."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_zip_for_aws_runs_on_arm64(service: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "AWS_ENDPOINT_URL"}
    subprocess.run([sys.executable, "packaging/build.py", service], cwd=ROOT, env=env, check=True, capture_output=True)
    with zipfile.ZipFile(ROOT / ".build" / f"{service}.zip") as archive:
        names = archive.namelist()
        compiled = [name for name in names if name.endswith(".so")]
        assert compiled, "pydantic's core is compiled"
        for name in compiled:
            assert archive.read(name)[18:20] == AARCH64, name
        assert sum(entry.file_size for entry in archive.infolist()) < UNZIPPED_LIMIT
    house = f"services/{service}"
    assert {f"{house}/handler.py", f"{house}/handler/__init__.py"} & set(names)
    assert {name.split("/")[1] for name in names if name.startswith("services/")} == {"__init__.py", service}
    assert not [name for name in names if name.startswith(("boto3/", "botocore/", f"{house}/tests/"))]

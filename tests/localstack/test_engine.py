"""Which emulator answered: a run that proves something of LocalStack must not have asked another."""

from __future__ import annotations

import os

import boto3

from local.stack.choices import ROOT
from tests.localstack import bring, engine
from tests.localstack.engine import Emulator, health


def test_the_one_that_answers_is_the_one_that_was_asked_for(emulator: Emulator) -> None:
    assert emulator.name.lower() == engine.NAME
    if emulator.name == "LocalStack" and not engine.given():
        assert emulator.session is not None
        brought = bring.FOLDER / "version"
        wanted = engine.IMAGE if engine.docker_daemon() else brought.read_text()
        assert health(emulator.session.endpoint_url("sts"))["version"] == wanted
    if emulator.name == "MiniStack":
        assert f"ministack=={emulator.version}" in (ROOT / "pyproject.toml").read_text()


def test_no_client_of_this_process_reaches_anything_else(emulator: Emulator) -> None:
    if emulator.session:
        host = emulator.session.service_hostname("s3")
        assert all(host in boto3.client(name).meta.endpoint_url for name in engine.AWS_SERVICES)
        assert "AWS_ENDPOINT_URL" not in os.environ

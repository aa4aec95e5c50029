"""docs/openapi.yaml against the deployed system: what it promises is what is answered (schemathesis)."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.stack.endpoints import Endpoints

SCHEMA = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "openapi.yaml")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ANSWERED: Counter[tuple[str, int]] = Counter()


class _Signed(requests.auth.AuthBase):
    """Signs as the neutral chat and each chat tool do, over the body as it goes out."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        stamp = str(int(time.time()))
        signed = {
            "X-Chat-Timestamp": stamp,
            "X-Chat-Signature": "v1=" + self._hex(stamp.encode() + b"." + raw, "sha256"),
            "X-Hub-Signature": "sha1=" + self._hex(raw, "sha1"),
            "X-Tawk-Signature": self._hex(raw, "sha1"),
            "X-Crisp-Signature": self._hex(b"[" + stamp.encode() + b";" + raw + b"]", "sha256"),
            "X-Crisp-Request-Timestamp": stamp,
        }
        request.headers.update(signed)
        return request

    def _hex(self, content: bytes, digest: str) -> str:
        return hmac.new(self._secret, content, getattr(hashlib, digest)).hexdigest()


@pytest.fixture(scope="module", autouse=True)
def counted() -> Iterator[None]:
    """Say at the end what was sent; every operation must have been reached, and the signed ones accepted."""
    yield
    print(
        f"\nschemathesis: {sum(ANSWERED.values())} requests; by operation and status: {dict(sorted(ANSWERED.items()))}"
    )


@SCHEMA.parametrize()
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_is_answered_that_the_page_does_not_say(case: schemathesis.Case, endpoints: Endpoints) -> None:
    documented = case.operation.definition.raw
    if case.method.upper() != case.operation.method.upper() or not documented:
        return
    signed = _Signed(endpoints.chat_secret) if case.path.startswith("/chat") and len(str(case.body)) % 4 else None
    base = endpoints.form_url.removesuffix("/tickets")
    response = case.call(base_url=base, auth=signed)
    ANSWERED[case.operation.label, response.status_code] += 1
    case.validate_response(response, checks=CHECKS)


def test_every_operation_was_answered_as_it_should_when_all_is_right() -> None:
    """What would pass if everything were refused is no proof."""
    reached = {label for label, _ in ANSWERED}
    assert reached == {result.ok().label for result in SCHEMA.get_all_operations()}
    for label, status in (("POST /tickets", 202), ("POST /chat", 202), ("POST /chat", 401), ("POST /chat/{tool}", 200)):
        assert ANSWERED[label, status], f"{label} was never answered {status}"


PAGE = (Path(__file__).parents[2] / "docs" / "ways-in.md").read_text()


@pytest.mark.parametrize("block", re.findall(r"```bash\n(.*?)```", PAGE, re.S), ids=["form", "chat"])
def test_the_page_s_own_commands_hand_over_a_ticket(endpoints: Endpoints, block: str) -> None:
    """docs/ways-in.md, as somebody would paste it: curl, and openssl for the signature."""
    missing = [program for program in ("bash", "curl", "openssl") if not shutil.which(program)]
    if missing:
        pytest.skip(f"This machine has no {', '.join(missing)}")
    given = {"FORM_URL": endpoints.form_url, "CHAT_URL": endpoints.chat_url, "CHAT_SECRET": endpoints.chat_secret}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], env=os.environ | given, capture_output=True, text=True
    )
    assert re.fullmatch(r'\{"ticket_id": "T-[0-9A-Z]{12}"\}', ran.stdout), ran.stdout + ran.stderr

"""A pytest plugin: writes down every Slack message that a test run checks. ``RECORD_MESSAGES`` names the file.

Loaded with ``-p tests.local.recording`` before any conftest, so that whoever imports the check gets this one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from shared.testing import block_kit

_check = block_kit.violations
_file = Path(os.environ["RECORD_MESSAGES"])


def _recording(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    with _file.open("a") as file:
        file.write(json.dumps({"text": text, "blocks": blocks}) + "\n")
    return _check(text, blocks)


block_kit.violations = _recording

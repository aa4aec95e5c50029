"""docs/changing-an-event.md, done: its patches and commands, in order, in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.ticket_classified import TicketClassified
from shared.testing.contracts import as_sqs_body, examples
from tests.docs.blocks import ROOT, Block, of
from tests.without_put_events import copy_to

PAGE = ROOT / "docs" / "changing-an-event.md"
SET_UP = (".venv/bin/uv", ".venv/.ready", ".aws-python/.ready", "node_modules/.ready")


class Copy:
    """The project as it is, committed on a branch main of its own, where a change can be made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        copy_to(folder, deployable=False)
        self.run(
            "git init -q -b main && git add -A && git -c user.name=a -c user.email=a@a.example commit -q -m before"
        )

    def run(self, script: str) -> str:
        """Run commands as the page has them; what they said."""
        env = os.environ | {"MAKEFLAGS": " ".join(f"-o {path}" for path in SET_UP), "PYTHONPATH": str(self.folder)}
        env.pop("LOCAL_DIR", None)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def patch(self, patch: str) -> None:
        """Make the page's change by its lines alone: what stands where is the reader's to find."""
        (name,) = re.findall(r"^\+\+\+ b/(.+)$", patch, re.MULTILINE)
        lines = patch.partition("@@\n")[2].splitlines()
        before = [line[1:] for line in lines if not line.startswith("+")]
        after = [line[1:] for line in lines if not line.startswith("-")]
        path = self.folder / name
        old, text = "\n".join(before), path.read_text()
        assert text.count(old) == 1, f"{name} has no more what the page shows:\n{old}"
        path.write_text(text.replace(old, "\n".join(after)))

    def follow(self, blocks: list[Block]) -> str:
        """Do what the blocks say."""
        said = ""
        for block in blocks:
            if block.language == "diff":
                self.patch(block.body)
            else:
                said += self.run(block.body)
        return said


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def chapter(heading: str) -> list[Block]:
    """The blocks under a heading of the page."""
    text = PAGE.read_text()
    lines = {
        text.count("\n", 0, found.start()) + 1: found[1] for found in re.finditer(r"^## (.+)$", text, re.MULTILINE)
    }
    under = lambda block: lines[max(line for line in lines if line < block.line)]  # noqa: E731
    return [block for block in of(PAGE) if under(block) == heading]


def in_the(copy: Copy, code: str) -> Any:
    """What a line of Python says that runs with the copy's code."""
    return json.loads(copy.run(f"{sys.executable} -c {json.dumps(code)!s}"))


def test_an_optional_field(copy: Copy) -> None:
    said = copy.follow(chapter("An optional field"))
    assert "they can break: classifier, router\n" in said
    assert re.search(r"\d+ passed", said)
    assert "failed" not in said
    assert "`language`" in (copy.folder / "docs" / "events.md").read_text()
    # Old events are read by new code, and a service that runs last month's contracts reads the new ones.
    ((_, old), *_) = examples("TicketClassified.v1")
    code = (
        "import json, sys; from contracts.ticket_classified import TicketClassified as T; "
        "e = T.model_validate_json(open('contracts/examples/TicketClassified.v1/clear.json').read()); "
        "d = e.data.model_copy(update={'language': 'pt'}); print(e.model_copy(update={'data': d}).model_dump_json())"
    )
    new = in_the(copy, code)
    assert new["data"]["language"] == "pt"
    assert TicketClassified.model_validate(new).data.reading == TicketClassified.model_validate(old).data.reading


def test_a_new_version_beside_the_old_one_until_the_last_consumer_has_moved(copy: Copy) -> None:
    """The one that is in the repository; then its last step, which the page shows."""
    from contracts import ticket_corrected as v1
    from contracts import ticket_corrected_v2 as v2
    from contracts.catalog import CATALOG
    from shared.consume import event_of

    consumers = {
        entry.event.version: entry.consumers for entry in CATALOG if entry.event.detail_type() == "TicketCorrected"
    }
    assert consumers[1] == (), f"{consumers[1]} have not moved: the last step must wait"
    for _, document in examples("TicketCorrected.v2"):
        new = v2.TicketCorrected.model_validate(document)
        body = as_sqs_body("TicketCorrected", new.source, new.model_dump(mode="json"))
        assert event_of(body, v2.TicketCorrected, v1.TicketCorrected) == new
        with pytest.raises(ValueError, match="version 2 came"):  # who has not moved pins version 1, and says so if not
            event_of(body, v1.TicketCorrected)
        old = v2.as_v1(new)
        if old is not None:  # said beside it, under the same id
            assert old.metadata.event_id == new.metadata.event_id
            body = as_sqs_body("TicketCorrected", old.source, old.model_dump(mode="json"))
            assert event_of(body, v1.TicketCorrected) == old
            moved = v2.as_v2(event_of(body, v2.TicketCorrected, v1.TicketCorrected))
            assert moved.data.correction.kind == new.data.correction.kind
    copy.follow(chapter("A new version"))
    page = (copy.folder / "docs" / "events.md").read_text()
    assert "TicketCorrected v2" in page
    assert "TicketCorrected v1" not in page.partition("## The envelope")[0]
    copy.run(f"{sys.executable} -m contracts.export --check && {sys.executable} -m contracts.events_page --check")

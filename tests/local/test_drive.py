"""The local Drive over a folder on disk, reached as learning reaches Google: through Google's own client."""

from __future__ import annotations

import json
import random
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.drive import FOLDER_ID, create_app, service_account_key
from local.drive.files import DOC_ID, DOC_TYPE, SHEET_TYPE
from services.learning.adapters.google import GoogleFolder
from services.learning.app import EditedMeanwhile
from services.learning.app.learn import write_down
from services.learning.domain import read_folder
from services.learning.domain.lesson import Lesson
from services.learning.domain.page import Spot
from shared.errors import NotNow

SAMPLE = Path(__file__).resolve().parents[2] / "rules"


@pytest.fixture
def rules_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "rules"))


@pytest.fixture
def url(rules_dir: Path, serve: Callable[..., str]) -> str:
    return serve(create_app(rules_dir))


@pytest.fixture
def folder(url: str) -> GoogleFolder:
    return GoogleFolder(key=service_account_key(url), folder_id=FOLDER_ID, api_root=url)


def write_end(folder: GoogleFolder, line: str) -> None:
    page = folder.page()
    folder.write(page, Spot(len(page.spans) - 1, "below"), line)


def test_the_sample_folder_is_read_as_it_stands_on_disk(folder: GoogleFolder) -> None:
    found = read_folder(folder.read())
    assert found.problems == ()
    assert found.draft is not None
    assert [topic.name for topic in found.draft.topics][:2] == ["outage", "bug"]


@pytest.mark.parametrize("name", ["topics.csv", "teams.csv", "guide.md"])
def test_an_edit_on_disk_shows_at_once(folder: GoogleFolder, rules_dir: Path, name: str) -> None:
    before = folder.stamp()
    assert folder.stamp() == before
    (rules_dir / name).write_text((rules_dir / name).read_text() + "\n")
    assert folder.stamp().fingerprint != before.fingerprint


def test_a_line_is_written_below_the_last_example_with_its_bullet(folder: GoogleFolder, rules_dir: Path) -> None:
    before = (rules_dir / "guide.md").read_text()
    write_end(folder, "billing: größer 😀 → 1")
    assert (rules_dir / "guide.md").read_text() == before + "- billing: größer 😀 → 1\n"


def test_lines_are_taken_out_and_in_at_the_right_places(folder: GoogleFolder, rules_dir: Path) -> None:
    guide = rules_dir / "guide.md"
    guide.write_text("## Examples\n- 😀 one\n- two\n- thrée\n")
    page = folder.page()
    folder.write(page, Spot(3, "below"), "four", remove=(1, 3))
    assert guide.read_text() == "## Examples\n- two\n- four\n"
    page = folder.page()
    folder.write(page, Spot(2, "below"), None, remove=(2,))
    assert guide.read_text() == "## Examples\n- two\n"


def test_a_new_line_below_a_heading_is_no_heading(folder: GoogleFolder, rules_dir: Path) -> None:
    guide = rules_dir / "guide.md"
    guide.write_text("## Examples\n## Settings\n")
    folder.write(folder.page(), Spot(0, "below heading"), "billing: 😀 x")
    assert guide.read_text() == "## Examples\nbilling: 😀 x\n## Settings\n"
    guide.write_text("# Notes\n")
    folder.write(folder.page(), Spot(None, "new section"), "billing: x")
    assert guide.read_text() == "# Notes\n## Examples\nbilling: x\n"
    guide.write_text("## VIP customers\n- globex.example\n")
    folder.write(folder.page(), Spot(None, "new section"), "billing: x")
    assert guide.read_text() == "## VIP customers\n- globex.example\n## Examples\n- billing: x\n"


def test_who_writes_to_an_old_revision_is_refused_and_nothing_changes(folder: GoogleFolder, rules_dir: Path) -> None:
    guide, page = rules_dir / "guide.md", folder.page()
    guide.write_text(guide.read_text() + "- bug: a colleague was quicker\n")
    saved = guide.read_text()
    with pytest.raises(EditedMeanwhile):
        folder.write(page, Spot(0, "below"), "bug: too late")
    assert guide.read_text() == saved


def test_over_the_quota_learning_waits_and_tries_again(rules_dir: Path, serve: Callable[..., str]) -> None:
    app = create_app(rules_dir)
    url = serve(app)
    folder = GoogleFolder(key=service_account_key(url), folder_id=FOLDER_ID, api_root=url)
    app.state.google.busy = 2
    assert folder.stamp().fingerprint
    assert app.state.google.busy == 0


COPY = {
    "kind": "drive#file", "id": "a-copy", "name": "Copy of Ticket rules", "version": "7", "trashed": False,
    "parents": [FOLDER_ID], "modifiedTime": "2026-11-27T09:00:00.000Z",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "what"), [(SHEET_TYPE, "Sheet"), (DOC_TYPE, "Doc")])
def test_of_two_files_the_one_counts_that_the_rules_came_from_and_the_other_is_named(
    rules_dir: Path, serve: Callable[..., str], kind: str, what: str
) -> None:
    app = create_app(rules_dir)
    url = serve(app)

    def opened() -> GoogleFolder:
        return GoogleFolder(key=service_account_key(url), folder_id=FOLDER_ID, api_root=url)

    before = opened().stamp()
    app.state.google.beside.append({**COPY, "mimeType": kind})  # by name it comes first
    after = opened().stamp(before.fingerprint)
    (problem,) = after.problems
    assert (problem.document, problem.place, problem.fatal) == ("Folder", f"{what}s", False)
    assert "counts; I do not read *Copy of Ticket rules*" in problem.wrong
    assert after.fingerprint != before.fingerprint
    assert opened().stamp(after.fingerprint) == after
    still = opened()
    still.stamp(after.fingerprint)
    assert read_folder(still.read()).draft is not None
    # who never read the folder cannot tell which of the two counts
    (problem,) = opened().stamp().problems
    assert problem.fatal
    assert "Copy of Ticket rules" in problem.wrong
    app.state.google.beside.clear()
    assert opened().stamp(after.fingerprint) == before


def test_a_named_range_does_not_stand_for_the_tab_of_its_name(rules_dir: Path, serve: Callable[..., str]) -> None:
    app = create_app(rules_dir)
    url = serve(app)
    app.state.google.named_ranges |= {"Teams": [["finance"], ["support"]], "Topics": [["billing"]]}
    folder = GoogleFolder(key=service_account_key(url), folder_id=FOLDER_ID, api_root=url)
    assert read_folder(folder.read()).problems == ()


def test_a_missing_tab_reads_as_empty_and_a_missing_doc_is_named(folder: GoogleFolder, rules_dir: Path) -> None:
    (rules_dir / "teams.csv").unlink()
    assert read_folder(folder.read()).draft is None
    (rules_dir / "guide.md").unlink()
    with pytest.raises(RuntimeError, match=r"has no Doc that .* can see: share the folder"):
        folder.stamp()


def call(url: str, path: str, *, token: str | None = None, body: Any = None) -> tuple[int, Any]:
    request = urllib.request.Request(url + path, data=json.dumps(body).encode() if body is not None else None)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def token(folder: GoogleFolder) -> str:
    folder.stamp()
    return str(folder._credentials.token)


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/drive/v3/files?colour=blue", None, 400, 'Unknown name "colour"'),
        ("/drive/v3/files/nothing", None, 404, "File not found"),
        ("/v1/documents/other", None, 404, "not found"),
        (f"/v1/documents/{DOC_ID}:batchUpdate", {"request": []}, 400, 'Unknown name "request"'),
        (
            f"/v1/documents/{DOC_ID}:batchUpdate",
            {"requests": [{"insertText": {"txt": "x"}}]},
            400,
            'Unknown name "txt"',
        ),
        (
            f"/v1/documents/{DOC_ID}:batchUpdate",
            {"requests": [{"insertText": {"text": "x", "location": {"index": 99999}}}]},
            400,
            "must be less than the end index",
        ),
        ("/v4/spreadsheets/local-rules-sheet/values/Nope", None, 400, "Unable to parse range"),
        ("/v9/anything", None, 404, "has no GET /v9/anything"),
    ],
)
def test_what_google_would_refuse_is_refused(
    url: str, token: str, path: str, body: Any, status: int, said: str
) -> None:
    answered, error = call(url, path, token=token, body=body)
    assert (answered, said in error["error"]["message"]) == (status, True)


def test_nobody_comes_in_without_a_token_for_it(url: str, token: str) -> None:
    assert call(url, "/drive/v3/files")[0] == 401
    assert call(url, "/drive/v3/files", token="made-up")[0] == 401
    assert call(url, "/v1/documents", token=token, body={})[0] == 404


def test_200_times_a_person_and_learning_write_at_once_and_no_word_is_lost(
    folder: GoogleFolder, url: str, rules_dir: Path
) -> None:
    """A colleague types into the Doc (through Docs, as Docs itself would) while learning writes lessons."""
    chance = random.Random(20261123)
    guide = rules_dir / "guide.md"
    colleague = GoogleFolder(key=service_account_key(url), folder_id=FOLDER_ID, api_root=url)
    colleague.stamp()
    rules = read_folder(folder.read()).draft.as_rules(revision=1, published_at=datetime.now(UTC))  # type: ignore[union-attr]
    refused = 0
    for run in range(200):
        if run % 20 == 0:
            shutil.copy(SAMPLE / "guide.md", guide)
        before = guide.read_text().splitlines()
        start = threading.Barrier(2)
        theirs = [f"bug: colleague {run}.{number} w{chance.random()}" for number in range(chance.randint(1, 3))]

        def type_words(theirs: list[str] = theirs, start: threading.Barrier = start) -> None:
            start.wait()
            for line in theirs:
                _type(colleague, line, chance.random())

        person = threading.Thread(target=type_words)
        person.start()
        lesson = Lesson(f"T-{run}", f"{run:08}", f"lesson number {run} r{run}a r{run}b", "billing")
        start.wait()
        while True:
            try:
                write_down(lesson, rules, [], folder)
                break
            except NotNow:
                refused += 1
        person.join()
        after = guide.read_text().splitlines()
        for line in (*(f"- {line}" for line in theirs), f"- {lesson.line}"):
            assert after.count(line) == 1, f"run {run}: {line!r} is there {after.count(line)} times"
        gone = [line for line in before if line not in after]
        assert all("learned from correction" in line for line in gone), gone


def _type(colleague: GoogleFolder, line: str, where: float) -> None:
    while True:
        page = colleague.page()
        examples = next(at for at, text in enumerate(page.lines) if text.text == "Examples")
        at = examples + 2 + int(where * (len(page.lines) - examples - 3))
        try:
            return colleague.write(page, Spot(at, "below"), line)
        except EditedMeanwhile:
            continue

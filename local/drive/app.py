"""The HTTP side: token endpoint, Drive v3 files, Sheets v4 values and Docs v1 documents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.drive import doc
from local.drive.account import GRANT, Tokens, as_json, error
from local.drive.discovery import Method, Mismatch, method_for
from local.drive.files import DOC_ID, FOLDER_ID, SHEET_ID, Changed, RulesDir, revision_of

Answer = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """What an API method is asked."""

    path: dict[str, str]
    query: QueryParams
    body: Any


class Failure(Exception):
    """An error as Google answers it."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.body = status, error(status, reason, message)


def create_app(rules_dir: Path | str, *, folder_id: str = FOLDER_ID, web_link: str | None = None) -> Starlette:
    """The stand-in over ``rules_dir``, which is read again at every call.

    ``web_link`` is a page where the folder can be edited in a browser, if there is one.
    """
    google = Google(RulesDir(Path(rules_dir), web_link), folder_id)
    app = Starlette(
        routes=[
            Route("/token", google.token, methods=["POST"]),
            Route("/{path:path}", google.call, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
    )
    app.state.google = google
    return app


class Google:
    """The three APIs. The next ``busy`` calls are refused as over the quota: set it to see how learning takes that.

    ``beside`` are files that lie in the folder as well (a copy somebody made); ``named_ranges`` of the Sheet answer to
    their name where it stands without quotes, before a tab does.
    """

    def __init__(self, files: RulesDir, folder_id: str) -> None:
        self._files, self._folder_id, self._tokens, self._writing = files, folder_id, Tokens(), Lock()
        self.busy = 0
        self.beside: list[Answer] = []
        self.named_ranges: dict[str, list[list[str]]] = {}
        self._methods: dict[str, Callable[[Call], Answer]] = {
            "drive.files.list": self._list,
            "drive.files.get": self._file,
            "sheets.spreadsheets.get": self._spreadsheet,
            "sheets.spreadsheets.values.get": self._values,
            "sheets.spreadsheets.values.batchGet": self._batch_values,
            "docs.documents.get": self._document,
            "docs.documents.batchUpdate": self._update,
        }

    async def token(self, request: Request) -> Response:
        """The OAuth token endpoint, for a service account's signed assertion."""
        form = await request.form()
        try:
            if form.get("grant_type") != GRANT:
                raise ValueError("grant_type must be the JWT bearer grant")
            audience = str(request.url.replace(query=""))
            return _json(200, self._tokens.grant(str(form.get("assertion", "")), audience=audience))
        except ValueError as refused:
            return _json(400, {"error": "invalid_grant", "error_description": str(refused)})

    async def call(self, request: Request) -> Response:
        """Any method of the three APIs."""
        try:
            body = await request.body()
            return _json(200, self._answer(request, json.loads(body) if body else None))
        except Failure as failure:
            return _json(failure.status, failure.body)
        except (Mismatch, doc.Refused, json.JSONDecodeError) as wrong:
            return _json(400, error(400, "INVALID_ARGUMENT", str(wrong)))

    def _answer(self, request: Request, body: Any) -> Answer:
        found = method_for(request.method, request.url.path)
        if found is None or found[0].id not in self._methods:
            raise Failure(404, "NOT_FOUND", f"The local Drive has no {request.method} {request.url.path}.")
        method, path = found
        self._admit(method, request.headers.get("authorization", ""))
        if self.busy:
            self.busy -= 1
            raise Failure(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Read requests'.")
        method.check_query(set(request.query_params))
        method.check_request(body)
        answer = self._methods[method.id](Call(path, request.query_params, body))
        try:
            method.check_response(answer)
        except Mismatch as ours:
            raise RuntimeError(f"{method.id} would not answer so: {ours}") from ours
        return _only(answer, request.query_params.get("fields"))

    def _admit(self, method: Method, authorization: str) -> None:
        scopes = self._tokens.scopes(authorization)
        if scopes is None:
            raise Failure(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if not method.allowed_by(scopes):
            raise Failure(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.")

    def _list(self, call: Call) -> Answer:
        wanted = [term.strip() for term in call.query.get("q", "").split(" and ") if term.strip()]
        files = [
            file for file in (*self._files.resources(), *self.beside) if all(self._meets(file, term) for term in wanted)
        ]
        return {"kind": "drive#fileList", "incompleteSearch": False, "files": files}

    def _meets(self, file: Answer, term: str) -> bool:
        if found := re.fullmatch(r"'([^']+)' in parents", term):
            return bool(found[1] == self._folder_id)
        if found := re.fullmatch(r"mimeType\s*=\s*'([^']+)'", term):
            return bool(found[1] == file["mimeType"])
        if found := re.fullmatch(r"trashed\s*=\s*(true|false)", term):
            return bool((found[1] == "true") == file["trashed"])
        raise Failure(400, "INVALID_ARGUMENT", f"Invalid Value: the local Drive cannot search for {term}")

    def _file(self, call: Call) -> Answer:
        for file in self._files.resources():
            if file["id"] == call.path["fileId"]:
                return file
        raise Failure(404, "notFound", f"File not found: {call.path['fileId']}.")

    def _spreadsheet(self, call: Call) -> Answer:
        _must_be(call.path["spreadsheetId"], SHEET_ID)
        sheets = [
            {"properties": {"sheetId": index, "title": tab, "index": index, "sheetType": "GRID"}}
            for index, tab in enumerate(self._files.tabs())
        ]
        return {"spreadsheetId": SHEET_ID, "properties": {"title": "Ticket rules"}, "sheets": sheets}

    def _values(self, call: Call) -> Answer:
        _must_be(call.path["spreadsheetId"], SHEET_ID)
        return self._range(call.path["range"])

    def _batch_values(self, call: Call) -> Answer:
        _must_be(call.path["spreadsheetId"], SHEET_ID)
        return {"spreadsheetId": SHEET_ID, "valueRanges": [self._range(name) for name in call.query.getlist("ranges")]}

    def _range(self, name: str) -> Answer:
        if name in self.named_ranges:
            return {"range": "Lists!A1:A9", "majorDimension": "ROWS", "values": self.named_ranges[name]}
        tab = name.partition("!")[0].strip("'")
        rows = self._files.rows(tab)
        if rows is None:
            raise Failure(400, "INVALID_ARGUMENT", f"Unable to parse range: {name}")
        answer: Answer = {"range": f"{tab}!A1:Z1000", "majorDimension": "ROWS"}
        return {**answer, "values": rows} if rows else answer

    def _document(self, call: Call) -> Answer:
        _must_be(call.path["documentId"], DOC_ID)
        text = self._files.guide()
        return doc.document(
            doc.paragraphs_of(text), document_id=DOC_ID, title="How we sort tickets", revision=revision_of(text)
        )

    def _update(self, call: Call) -> Answer:
        _must_be(call.path["documentId"], DOC_ID)
        with self._writing:
            text = self._files.guide()
            required = (call.body.get("writeControl") or {}).get("requiredRevisionId")
            if required and required != revision_of(text):
                raise _moved_on(required)
            paragraphs = doc.paragraphs_of(text)
            for edit in call.body.get("requests", []):
                paragraphs = _edited(paragraphs, edit)
            after = doc.markdown_of(paragraphs)
            try:
                self._files.write_guide(after, was=text)
            except Changed:
                raise _moved_on(required or revision_of(text)) from None
        return {
            "documentId": DOC_ID,
            "replies": [{} for _ in call.body.get("requests", [])],
            "writeControl": {"requiredRevisionId": revision_of(after)},
        }


def _edited(paragraphs: list[doc.Paragraph], edit: Answer) -> list[doc.Paragraph]:
    if wanted := edit.get("insertText"):
        if "endOfSegmentLocation" in wanted:
            index = sum(paragraph.size for paragraph in paragraphs)  # before the last newline
        else:
            index = wanted["location"]["index"]
        return doc.insert(paragraphs, index, wanted["text"])
    if wanted := edit.get("deleteContentRange"):
        return doc.delete(paragraphs, wanted["range"]["startIndex"], wanted["range"]["endIndex"])
    if wanted := edit.get("updateParagraphStyle"):
        span, style = wanted["range"], wanted["paragraphStyle"]["namedStyleType"]
        return doc.restyle(paragraphs, span["startIndex"], span["endIndex"], style)
    if wanted := edit.get("deleteParagraphBullets"):
        return doc.unbullet(paragraphs, wanted["range"]["startIndex"], wanted["range"]["endIndex"])
    raise Failure(400, "INVALID_ARGUMENT", f"The local Docs cannot do {', '.join(edit)}.")


def _moved_on(required: str) -> Failure:
    message = f"The required revision ID '{required}' does not match the latest revision."
    return Failure(400, "FAILED_PRECONDITION", message)


def _must_be(asked: str, there: str) -> None:
    if asked != there:
        raise Failure(404, "NOT_FOUND", "Requested entity was not found.")


def _only(answer: Answer, fields: str | None) -> Answer:
    """Keep the top-level fields of the mask, as a partial response; deeper masks are left whole."""
    if not fields or fields == "*":
        return answer
    flat = fields
    while "(" in flat:
        flat, found = re.subn(r"\([^()]*\)", "", flat)
        if not found:
            raise Failure(400, "INVALID_ARGUMENT", f"Invalid field selection {fields}")
    names = {re.split(r"[/.]", name.strip())[0] for name in flat.split(",")}
    return {name: value for name, value in answer.items() if name in names}


def _json(status: int, body: Any) -> Response:
    return Response(as_json(body), status, media_type="application/json; charset=UTF-8")

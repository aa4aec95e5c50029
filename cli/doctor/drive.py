"""The rules folder in Drive: shared, with one Sheet and one Doc, and the Doc can be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cli.doctor.patient import Finding, Patient
from services.learning.adapters.google import DOC_TYPE, SCOPES, SHEET_TYPE

_KINDS = {SHEET_TYPE: "Sheet", DOC_TYPE: "Doc"}


def drive(patient: Patient) -> Iterator[Finding]:
    """What the service account sees of the folder."""
    from google.auth.exceptions import GoogleAuthError
    from googleapiclient.errors import HttpError

    key = _key(patient)
    if key is None:
        return  # the check of the secrets says so
    who = str(key["client_email"])
    try:
        files = _files(patient, key)
    except GoogleAuthError as error:
        cure = f"Make a new key for {who}, then {patient.init} --replace google-service-account"
        yield Finding("Drive", "fail", f"Google refuses the service account's key ({_short(error)})", cure)
    except HttpError as error:
        yield _http(error, who)
    except ValueError as error:
        cure = f"Store the whole key file as Google gave it: {patient.init} --replace google-service-account"
        yield Finding("Drive", "fail", f"the service account's key cannot be used ({_short(error)})", cure)
    except OSError as error:
        yield Finding("Drive", "unknown", f"Google does not answer: {_short(error)}", "Look at your network.")
    else:
        yield from _contents(files, who)


def _contents(files: list[dict[str, Any]], who: str) -> Iterator[Finding]:
    wrong = False
    for kind, name in _KINDS.items():
        found = [file for file in files if file["mimeType"] == kind]
        if not found:
            wrong = True
            cure = f"Put it there, and share the folder with {who} as an editor."
            yield Finding("Drive", "fail", f"the folder has no {name} that {who} can see", cure)
        elif len(found) > 1:
            wrong = True
            names = ", ".join(f"“{file['name']}”" for file in found)
            cure = "Leave one; move copies and backups to another folder."
            yield Finding("Drive", "fail", f"the folder has {len(found)} {name}s: {names}", cure)
        elif kind == DOC_TYPE and found[0].get("capabilities", {}).get("canEdit") is False:
            wrong = True
            cure = f"Share the folder with {who} as an editor, not as a viewer: corrections are written there."
            yield Finding("Drive", "fail", "the Doc may be read and not written", cure)
    if not wrong:
        yield Finding("Drive", "ok", f"one Sheet and one Doc, shared with {who}")


def _http(error: Any, who: str) -> Finding:
    reason = str(getattr(error, "reason", "") or error)
    if error.status_code == 404:
        cure = f"Share the folder with {who} as an editor; compare rules_folder with its address."
        return Finding("Drive", "fail", f"{who} sees no such folder", cure)
    if error.status_code == 403 and ("not been used" in reason or "disabled" in reason):
        cure = "Google Cloud console → APIs & Services → Library: enable Drive, Sheets and Docs."
        return Finding("Drive", "fail", f"an API is not enabled: {_short(reason)}", cure)
    if error.status_code in (401, 403):
        return Finding("Drive", "fail", f"Google refuses: {_short(reason)}", "docs/connect-google.md, step by step.")
    return Finding("Drive", "unknown", f"Google answered {error.status_code}: {_short(reason)}", "Try again.")


def _key(patient: Patient) -> dict[str, Any] | None:
    try:
        key = json.loads(patient.secret("google-service-account") or "")
    except ValueError:
        return None
    return key if isinstance(key, dict) and "client_email" in key else None


def _files(patient: Patient, key: dict[str, Any]) -> list[dict[str, Any]]:
    from google.oauth2 import service_account
    from googleapiclient.discovery import build

    credentials = service_account.Credentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
    root = patient.settings.google_api_root.rstrip("/")
    options = {"api_endpoint": f"{root}/drive/v3/"} if root else {}
    api = build(
        "drive", "v3", credentials=credentials, client_options=options, static_discovery=True, cache_discovery=False
    )
    answer = api.files().list(
        q=f"'{patient.settings.rules_folder}' in parents and trashed = false",
        fields="files(id,name,mimeType,capabilities(canEdit))", supportsAllDrives=True, includeItemsFromAllDrives=True,
    )  # fmt: skip
    files: list[dict[str, Any]] = answer.execute(num_retries=1).get("files", [])
    return files


def _short(error: object) -> str:
    return " ".join(str(error).split())[:160]

"""The secrets: asked for without showing them, stored encrypted, never overwritten unasked."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from cli.doctor.account import SECRETS, faulty
from shared.errors import BadInput

DRAWN = ("link-secret", "chat-secret")
"""Those that nobody has to think up."""
ONCE = "link-secret"
"""Links in mails that are already out are signed with it: rotating it is a step of its own (docs/rotate.md)."""


def store(
    ssm: Any,
    stage: str,
    *,
    given: Mapping[str, str],
    replace: Collection[str],
    ask: Callable[[str], str] | None,
) -> Iterator[str]:
    """Store what is missing or to be replaced; says what became of each.

    ``given`` comes from a file; what is not in it is asked for, or drawn. Raises BadInput for a value that cannot be
    right and for a replacement of the link secret.
    """
    if unknown := sorted({*replace, *given} - set(SECRETS)):
        raise BadInput("--replace", f"there is no secret {', '.join(unknown)}", f"One of: {', '.join(SECRETS)}")
    if ONCE in replace:
        raise BadInput(
            "--replace", f"{ONCE} signs links in mails that are already out", "docs/rotate.md has the steps."
        )
    for name, what in SECRETS.items():
        parameter = f"/ticket-router/{stage}/{name}"
        if _is_stored(ssm, parameter) and name not in replace:
            yield f"{name}: kept as it is"
            continue
        value = given.get(name) or _found(name, what, ask)
        if value is None:
            yield f"{name}: missing. {what[0].upper()}{what[1:]}; run init again when you have it"
            continue
        if fault := faulty(name, value):
            raise BadInput(name, fault, f"It is {what}.")
        ssm.put_parameter(Name=parameter, Value=value, Type="SecureString", Overwrite=name in replace)
        yield f"{name}: stored in {parameter}"


def _found(name: str, what: str, ask: Callable[[str], str] | None) -> str | None:
    if name in DRAWN:
        return secrets.token_hex(32)
    if ask is None:
        return None
    if name == "google-service-account":
        path = ask(f"Path of {what} (a JSON file; Enter to leave it for later): ").strip()
        return Path(path).expanduser().read_text() if path else None
    return ask(f"{what[0].upper()}{what[1:]} (not shown; Enter to leave it for later): ").strip() or None


def from_file(path: Path | None) -> dict[str, str]:
    """Secrets by name from a JSON file; the Google key may stand there as an object. Raises BadInput."""
    if path is None:
        return {}
    try:
        said = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadInput("--secrets", f"{path} cannot be read ({error})", "A JSON object, name to value.") from None
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in dict(said).items()}


def _is_stored(ssm: Any, parameter: str) -> bool:
    try:
        ssm.get_parameter(Name=parameter)
    except ssm.exceptions.ParameterNotFound:
        return False
    return True

"""What the environment must say: read lazily, checked once, with an error that names the variable."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError


class ServiceSettings(BaseModel):
    """Base of every service's settings. A field ``bus_name`` is the variable ``BUS_NAME``."""

    # Not pydantic-settings: it brings every source it knows, 70 ms of processor time at each cold start.
    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: str
    """Deployment stage: ``local``, ``dev``, ``prod`` …"""


S = TypeVar("S", bound=ServiceSettings)


def load(settings: type[S]) -> S:
    """Read and check the environment; an empty variable is one that is not there, a list is written as JSON.

    Raises RuntimeError naming every variable that is missing or wrong.
    """
    said = {name: os.environ.get(name.upper(), "") for name in settings.model_fields}
    try:
        return settings.model_validate({name: _value(text) for name, text in said.items() if text})
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors())
        raise RuntimeError(f"The environment of this function is not complete: {faults}") from error


def _value(text: str) -> Any:
    if not text.startswith("["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


@cache
def secret(client: Any, name: str) -> str:
    """The value of an SSM SecureString, read once per execution environment.

    ``client`` is a boto3 SSM client. Raises its ``ParameterNotFound`` when nobody has stored the secret.
    """
    return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])

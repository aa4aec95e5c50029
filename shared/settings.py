"""What the environment must say: read lazily, checked once, with an error that names the variable."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Base of every service's settings. A field ``bus_name`` is the variable ``BUS_NAME``."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    stage: str
    """Deployment stage: ``local``, ``dev``, ``prod`` …"""


S = TypeVar("S", bound=ServiceSettings)


def load(settings: type[S]) -> S:
    """Read and check the environment. Raises RuntimeError naming every variable that is missing or wrong."""
    try:
        return settings()
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors())
        raise RuntimeError(f"The environment of this function is not complete: {faults}") from error


@cache
def secret(client: Any, name: str) -> str:
    """The value of an SSM SecureString, read once per execution environment.

    ``client`` is a boto3 SSM client. Raises its ``ParameterNotFound`` when nobody has stored the secret.
    """
    return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])

"""The settings: environment variables that begin with ``SIG_``, read once, never changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from gis.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "SIG_"
TESTING = {
    "SIG_TEST_DATABASE_URL": "PostGIS que usan las pruebas; su base debe llamarse test_…",
    "SIG_REAL_DATA": "carpeta con archivos reales para las pruebas que los reciben",
}
"""Names that tests read; here so that they are known, and documented."""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """What the operator chooses. Descriptions are what ``docs/operacion.md`` must say."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="forbid"
    )

    home: Path = Field(
        default=Path(".sig"),
        description="todo lo local: base de datos, caché, distribuciones, registros",
    )
    host: str = Field(default="127.0.0.1", description="dirección en que se sirve")
    port: int = Field(default=8000, ge=1, le=65535, description="puerto en que se sirve")
    workers: int = Field(default_factory=_cores, ge=1, description="procesos del servidor")
    tile_cache_mb: int = Field(
        default=256,
        ge=0,
        description="memoria para teselas hechas, en MB por proceso; 0 es no guardar ninguna",
    )
    downloads_mb: int = Field(
        default=1024,
        ge=0,
        description="disco para archivos descargados hace poco, en MB; 0 es no guardar ninguno",
    )
    tile_disk_mb: int = Field(
        default=1024,
        ge=0,
        description="disco para teselas hechas, en MB, de todos los procesos; 0 es no usarlo",
    )
    queue: int = Field(
        default=256,
        ge=0,
        description="solicitudes que esperan la base en cada proceso; las demás reciben un 503",
    )
    database_url: SecretStr | None = Field(
        default=None, description="una PostGIS existente, en vez de la privada"
    )
    database_read_urls: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(), description="réplicas para leer, separadas por comas"
    )
    session_idle_minutes: int = Field(
        default=60, ge=1, le=1440, description="minutos sin uso tras los que una sesión termina"
    )
    session_hours: int = Field(
        default=12, ge=1, le=168, description="horas tras las que una sesión termina, aun en uso"
    )
    alert_webhook: SecretStr | None = Field(
        default=None,
        description="dirección a la que se avisa (POST JSON) de publicaciones vencidas",
    )
    alert_emails: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="correos que reciben todos los avisos, separados por comas"
    )
    smtp_host: str = Field(default="", description="servidor de correo; vacío: no se envían avisos")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="puerto del servidor de correo")
    smtp_user: str = Field(default="", description="usuario del servidor de correo")
    smtp_password: SecretStr | None = Field(
        default=None, description="clave del servidor de correo; con ella la conexión se cifra"
    )
    smtp_from: str = Field(default="", description="remitente de los avisos")
    layers: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="más carpetas de declaraciones, separadas por dos puntos"
    )
    entity: Path | None = Field(default=None, description="archivo TOML del municipio")

    @field_validator("layers", mode="before")
    @classmethod
    def _folders(cls, value: Any) -> Any:
        return _parts(value, os.pathsep)

    @field_validator("database_read_urls", "alert_emails", mode="before")
    @classmethod
    def _addresses(cls, value: Any) -> Any:
        return _parts(value, ",")

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        home = value.expanduser().resolve()
        if home.exists() and not home.is_dir():
            raise ValueError(f"{home} es un archivo y debe ser una carpeta")
        return home

    @field_validator("database_url")
    @classmethod
    def _address(cls, value: SecretStr | None) -> SecretStr | None:
        return None if value is None else _psycopg2(value)

    @field_validator("database_read_urls")
    @classmethod
    def _replicas(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        return tuple(_psycopg2(each) for each in value)


def _parts(value: Any, separator: str) -> Any:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(separator) if part.strip()]


def _psycopg2(address: SecretStr) -> SecretStr:
    """The address with the driver named: a bare ``postgresql://`` means another one to some."""
    try:
        url = make_url(address.get_secret_value())
    except (ArgumentError, ValueError):  # the latter repeats what it took for a port
        raise ValueError("no es una dirección postgresql://usuario@servidor/base") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise ValueError("debe empezar por postgresql://")
    named = url.set(drivername="postgresql+psycopg2")
    return SecretStr(named.render_as_string(hide_password=False))


def known_names() -> dict[str, str]:
    """Every name of the environment the program knows, with what it means in Spanish."""
    fields = Settings.model_fields.items()
    return {f"{PREFIX}{name}".upper(): field.description or "" for name, field in fields} | TESTING


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process.

    Raises :class:`ConfigurationError` for a value that is wrong or a ``SIG_`` name that does not
    exist: a misspelt setting would silently do nothing.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise ConfigurationError(_in_spanish(error)) from None
    known = known_names()
    unknown = {name for name in environment if name.startswith(PREFIX) and name not in known}
    unknown -= _names_of_portals(settings) if unknown else set()
    if unknown:
        listed = ", ".join(sorted(unknown))
        raise ConfigurationError(
            f"No existe la configuración {listed}. Las que hay: {', '.join(known)}"
        )
    return settings


def _names_of_portals(settings: Settings) -> set[str]:
    """Variables that the entity's file names for addresses and secrets of its portals."""
    from api.wiring import entity_of

    options = [pair for target in entity_of(settings).targets for pair in target.options]
    return {str(value) for name, value in options if name.endswith("_env")}


def _in_spanish(error: ValidationError) -> str:
    lines = [
        f"{PREFIX}{'.'.join(str(part) for part in problem['loc'][:1])}".upper()
        + f": {_problem(problem['type'], problem['msg'], problem.get('ctx', {}))}"
        for problem in error.errors(include_url=False, include_input=False)
    ]
    return "Configuración equivocada. " + "; ".join(lines)


def _problem(kind: str, message: str, limits: Mapping[str, Any]) -> str:
    """What pydantic says in English, in Spanish; our own validators speak it already."""
    if kind == "int_parsing":
        return "debe ser un número entero"
    if kind == "greater_than_equal":
        return f"debe ser {limits['ge']} o más"
    if kind == "less_than_equal":
        return f"debe ser {limits['le']} o menos"
    return message.removeprefix("Value error, ")

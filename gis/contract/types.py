"""Field types: all that the system needs to know of a kind of value, in one place.

A type says how it is stored (SQL), described (JSON Schema), read from a delivery, checked by the
database, and put in a tile. A new type is one class here; nothing else changes. ``kind`` is the
small vocabulary that portals and file formats map from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from gis.contract.checks import check_tuple
from gis.errors import ContractError
from gis.later import Later

if TYPE_CHECKING:
    import pandas as pd

    from gis.contract import convert
    from gis.contract.codelists import Code
    from gis.contract.convert import Converted
else:
    convert = Later("gis.contract.convert")

Kind = Literal["text", "integer", "number", "boolean", "date", "timestamp"]
Column = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class FieldType:
    """What every type answers; see the module's docstring. Nulls are always allowed here."""

    kind: ClassVar[Kind]
    keyable: ClassVar[bool] = False
    """Whether its text form never depends on a session's settings, so that it may be in a key."""

    @property
    def unit(self) -> str:
        """Unit of measure (UCUM), empty for what has none."""
        return ""

    @property
    def codes(self) -> tuple[Code, ...]:
        """The listed values, empty for types without a code list."""
        return ()

    def sql(self) -> sa.types.TypeEngine[Any]:
        """The column type in the store."""
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of a value (OGC API Features Part 5), without title and description."""
        raise NotImplementedError

    def convert(self, values: pd.Series[Any]) -> Converted:
        """Read values as delivered (text or native). Pure; see :mod:`gis.contract.convert`."""
        raise NotImplementedError

    def check(self, column: Column) -> Column | None:
        """What the database itself refuses (a CHECK), or None. Null always passes."""
        return None

    def tile(self, column: Column) -> Column:
        """The column as a vector tile can carry it: native numbers, ISO text for dates."""
        return column


def _all(conditions: list[Column]) -> Column | None:
    return sa.and_(*conditions) if conditions else None


@dataclass(frozen=True, slots=True)
class Text(FieldType):
    """Text in UTF-8, NFC. ``pattern`` is a full-match regular expression (Python and POSIX)."""

    kind = "text"
    keyable = True
    pattern: str = ""
    max_length: int | None = None
    format: Literal["", "uri", "email"] = ""

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ContractError(f"El patrón «{self.pattern}» no es válido: {error}") from error
        if self.format not in ("", "uri", "email"):
            raise ContractError(f"El formato de texto «{self.format}» no existe; hay uri y email")
        if self.max_length is not None and self.max_length < 1:
            raise ContractError("max_length debe ser al menos 1")

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.Text()

    def json_schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if self.pattern:
            schema["pattern"] = f"^(?:{self.pattern})$"
        if self.max_length:
            schema["maxLength"] = self.max_length
        if self.format:
            schema["format"] = self.format
        return schema

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.text(values, self.pattern, self.max_length)

    def check(self, column: Column) -> Column | None:
        conditions: list[Column] = []
        if self.pattern:
            conditions.append(column.regexp_match(f"^(?:{self.pattern})$"))
        if self.max_length:
            conditions.append(sa.func.length(column) <= self.max_length)
        return _all(conditions)


@dataclass(frozen=True, slots=True)
class Integer(FieldType):
    """A whole number, 64 bits. Limits are inclusive. ``measure`` is its UCUM unit."""

    kind = "integer"
    keyable = True
    minimum: int | None = None
    maximum: int | None = None
    measure: str = ""

    def __post_init__(self) -> None:
        _check_limits(self.minimum, self.maximum)

    @property
    def unit(self) -> str:
        return self.measure

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger()

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", **_limits(self.minimum, self.maximum)}

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.integer(values, self.minimum, self.maximum)

    def check(self, column: Column) -> Column | None:
        return _all(_within(column, self.minimum, self.maximum))


@dataclass(frozen=True, slots=True)
class Decimal(FieldType):
    """A number, stored as a double. Limits are inclusive. ``measure`` is its UCUM unit."""

    kind = "number"
    minimum: float | None = None
    maximum: float | None = None
    measure: str = ""

    def __post_init__(self) -> None:
        _check_limits(self.minimum, self.maximum)

    @property
    def unit(self) -> str:
        return self.measure

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.Double()

    def json_schema(self) -> dict[str, Any]:
        return {"type": "number", **_limits(self.minimum, self.maximum)}

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.decimal(values, self.minimum, self.maximum)

    def check(self, column: Column) -> Column | None:
        return _all(_within(column, self.minimum, self.maximum))


@dataclass(frozen=True, slots=True)
class Boolean(FieldType):
    """Yes or no; reads sí/no, true/false, 1/0, X/empty is *not* guessed."""

    kind = "boolean"

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.Boolean()

    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.boolean(values)


@dataclass(frozen=True, slots=True)
class Date(FieldType):
    """A day without time or zone. ``formats`` are the strptime forms a text file may use."""

    kind = "date"
    formats: tuple[str, ...] = ("%Y-%m-%d", "%d/%m/%Y")

    def __post_init__(self) -> None:
        check_tuple(self.formats, str, "formats")

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.Date()

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.date(values, self.formats)

    def tile(self, column: Column) -> Column:
        return sa.func.to_char(column, "YYYY-MM-DD")


@dataclass(frozen=True, slots=True)
class Timestamp(FieldType):
    """An instant. Text without a zone is read in ``zone`` (the entity's civil time)."""

    kind = "timestamp"
    zone: str = "America/Bogota"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ContractError(f"No existe la zona horaria «{self.zone}»") from error

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.DateTime(timezone=True)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.timestamp(values, self.zone)

    def tile(self, column: Column) -> Column:
        return sa.func.to_char(sa.func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')


@dataclass(frozen=True, slots=True)
class Coded(FieldType):
    """A value of the code list ``codelist`` (``_codelists/<codelist>.csv`` beside the layer).

    ``listed`` is filled when the declaration is read. A delivery may bring the code or, ignoring
    case and accents, its label; the code is what is stored.
    """

    kind = "text"
    keyable = True
    codelist: str = ""
    listed: tuple[Code, ...] = ()

    def __post_init__(self) -> None:
        if not self.codelist and not self.listed:
            raise ContractError("Diga la lista de códigos: Coded(codelist='…')")

    @property
    def codes(self) -> tuple[Code, ...]:
        return self.listed

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.Text()

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "oneOf": [{"const": code.code, "title": code.label} for code in self.listed],
        }

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.coded(values, self.listed)

    def check(self, column: Column) -> Column | None:
        return column.in_([code.code for code in self.listed])


@dataclass(frozen=True, slots=True)
class Reference(FieldType):
    """The feature id of another declared layer: a foreign key, checked at commit."""

    kind = "text"
    keyable = True
    layer: str = ""

    def __post_init__(self) -> None:
        if not self.layer:
            raise ContractError("Diga a qué capa se refiere: Reference(layer='…')")

    def sql(self) -> sa.types.TypeEngine[Any]:
        return sa.Text()

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "x-ogc-collectionId": self.layer}

    def convert(self, values: pd.Series[Any]) -> Converted:
        return convert.text(values, "", None)


def _check_limits(minimum: float | None, maximum: float | None) -> None:
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ContractError(f"El mínimo {minimum} es mayor que el máximo {maximum}")


def _limits(minimum: float | None, maximum: float | None) -> dict[str, float]:
    limits = {"minimum": minimum, "maximum": maximum}
    return {name: value for name, value in limits.items() if value is not None}


def _within(column: Column, minimum: float | None, maximum: float | None) -> list[Column]:
    conditions: list[Column] = []
    if minimum is not None:
        conditions.append(column >= minimum)
    if maximum is not None:
        conditions.append(column <= maximum)
    return conditions

"""The kinds of inputs: what each may be, as JSON Schema and as a strict reader."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import shapely

from gis import store
from gis.contract.access import PUBLICA
from gis.contract.checks import meant
from gis.crs import AREA
from gis.errors import InvalidRequest
from gis.filters import read_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.filters import Filter

MOST_VERTICES = 20_000
"""Vertices that a surface given as input may have."""
LONGEST_TEXT = 500
GEOJSON = "https://geojson.org/schema/"


class Kind(Protocol):
    """What an input may be."""

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        """JSON Schema of the value."""
        ...

    def read(self, name: str, value: Any, catalog: Catalog) -> Any:
        """The value as the process takes it; :class:`InvalidRequest` naming the input."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, whole where ``whole``."""

    minimum: float
    maximum: float
    whole: bool = False

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.minimum, "maximum": self.maximum}

    def read(self, name: str, value: Any, catalog: Catalog) -> float | int:
        what = "un número entero" if self.whole else "un número"
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            refuse(name, f"debe ser {what}")
        if self.whole and value != int(value):
            refuse(name, "debe ser un número entero")
        if not self.minimum <= value <= self.maximum:
            refuse(name, f"debe ir de {self.minimum:g} a {self.maximum:g}")
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, slots=True)
class Words:
    """A text of people's words."""

    longest: int = LONGEST_TEXT

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def read(self, name: str, value: Any, catalog: Catalog) -> str:
        if not isinstance(value, str) or not value.strip():
            refuse(name, "debe ser un texto")
        if len(value) > self.longest or "\x00" in value:
            refuse(name, f"admite hasta {self.longest} caracteres, sin nulos")
        return value.strip()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    options: tuple[str, ...]

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.options)}

    def read(self, name: str, value: Any, catalog: Catalog) -> str:
        if value not in self.options:
            refuse(name, f"debe ser {' o '.join(self.options)}")
        return str(value)


@dataclass(frozen=True, slots=True)
class LayerOf:
    """The name of a declared layer that ``suits``."""

    suits: Callable[[Layer], bool]
    what: str
    """The layers that suit, in words."""
    first: bool = False
    """Whether the first that suits is meant where none is named."""

    def names(self, catalog: Catalog) -> list[str]:
        """The layers that it may be."""
        return [layer.name for layer in catalog if self.suits(layer)]

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        return {"type": "string", "enum": self.names(catalog)}

    def read(self, name: str, value: Any, catalog: Catalog) -> Layer:
        words = value if isinstance(value, str) else ""
        layer = catalog.layers.get(words)
        if layer is None or not self.suits(layer):
            refuse(name, f"debe nombrar {self.what}{meant(words, self.names(catalog))}")
        return layer


@dataclass(frozen=True, slots=True)
class Several:
    """A list of one kind."""

    kind: Kind
    most: int = 10

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        items = self.kind.schema(catalog)
        return {"type": "array", "items": items, "minItems": 1, "maxItems": self.most}

    def read(self, name: str, value: Any, catalog: Catalog) -> tuple[Any, ...]:
        values = value if isinstance(value, list) else [value]
        if not 1 <= len(values) <= self.most:
            refuse(name, f"admite de 1 a {self.most} valores")
        return tuple(self.kind.read(name, each, catalog) for each in values)


@dataclass(frozen=True, slots=True)
class Place:
    """A point: a GeoJSON Point, or its longitude and latitude. Read as (longitude, latitude)."""

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        point = {
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {"type": {"type": "string", "enum": ["Point"]}, "coordinates": pair},
        }
        return {"oneOf": [point, pair]}

    def read(self, name: str, value: Any, catalog: Catalog) -> tuple[float, float]:
        if isinstance(value, dict) and value.get("type") == "Point":
            value = value.get("coordinates")
        if not isinstance(value, list) or len(value) != 2 or not all(map(_finite, value)):
            refuse(name, "debe ser un punto: [longitud, latitud] o un Point de GeoJSON")
        lon, lat = float(value[0]), float(value[1])
        west, south, east, north = AREA
        if west <= lat <= east and south <= lon <= north:
            refuse(name, "parece al revés: va primero la longitud (−75…) y luego la latitud")
        if not (west <= lon <= east and south <= lat <= north):
            refuse(name, "está fuera de Colombia: va primero la longitud y luego la latitud")
        return lon, lat


@dataclass(frozen=True, slots=True)
class Area:
    """A surface: a GeoJSON Polygon or MultiPolygon in longitude and latitude, read as shapely's.

    One that crosses itself is refused, as nobody can say what lies in it.
    """

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"type": "string", "enum": ["Polygon", "MultiPolygon"]},
                "coordinates": {"type": "array"},
            },
        }

    def read(self, name: str, value: Any, catalog: Catalog) -> shapely.Geometry:
        if not isinstance(value, dict) or value.get("type") not in ("Polygon", "MultiPolygon"):
            refuse(name, "debe ser un Polygon o MultiPolygon de GeoJSON")
        try:
            shape = shapely.from_geojson(json.dumps(value))
        except (shapely.errors.GEOSException, ValueError):
            refuse(name, "no se puede leer: revise que los anillos cierren y tengan cuatro puntos")
        if shape is None or shape.is_empty:
            refuse(name, "está vacía")
        shape = shapely.force_2d(shape)
        if shapely.get_num_coordinates(shape) > MOST_VERTICES:
            refuse(name, f"admite hasta {MOST_VERTICES} vértices")
        west, south, east, north = AREA
        if not shapely.within(shape, shapely.box(west, south, east, north)):
            refuse(name, "está fuera de Colombia: va primero la longitud y luego la latitud")
        if not shapely.is_valid(shape):
            refuse(name, f"se cruza consigo misma: {shapely.is_valid_reason(shape)}")
        return shape


@dataclass(frozen=True, slots=True)
class Cql2:
    """A filter in CQL2 text over the fields of a layer: the one that the input ``of`` names."""

    of: str = "capa"

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 4000}

    def read(self, name: str, value: Any, catalog: Catalog) -> Condition:
        if not isinstance(value, str):
            refuse(name, "debe ser un filtro CQL2 en texto")
        with _naming(name):
            return Condition(name, read_filter(value))


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter, and the input that told it."""

    name: str
    filter: Filter

    def check(self, layer: Layer) -> None:
        """Refuse a filter that the layer's public fields cannot answer."""
        self.over(store.view(layer, PUBLICA))

    def over(self, columns: sa.FromClause) -> sa.ColumnElement[bool]:
        """The condition on a layer's columns; :class:`InvalidRequest` naming the input for a
        field that the layer does not have."""
        with _naming(self.name):
            return self.filter.over(columns)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Say what is wrong of a filter in terms of the input that told it."""
    try:
        yield
    except InvalidRequest as error:
        raise InvalidRequest(
            error.message.replace("«filter»", f"«{name}»"), parameter=name
        ) from None


def refuse(name: str, why: str) -> NoReturn:
    """Refuse an input, saying why."""
    raise InvalidRequest(f"«{name}» {why}", parameter=name)


def _finite(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) < 1e18 and math.isfinite(value)

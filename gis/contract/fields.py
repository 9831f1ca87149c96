"""Fields and geometry of a layer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gis.contract.access import Access
from gis.errors import ContractError

if TYPE_CHECKING:
    from gis.contract.types import FieldType

NAME = re.compile(r"[a-z][a-z0-9_]{0,58}")
RESERVED = frozenset({"geom", "geometry", "id", "type", "cantidad"})
"""Names that formats and the store need for themselves."""


def check_name(name: str, what: str) -> None:
    """Raise unless ``name`` is snake_case ASCII that fits an identifier of the store."""
    if not NAME.fullmatch(name):
        raise ContractError(
            f"El nombre de {what} «{name}» debe ser minúsculas ASCII, dígitos y guion bajo, "
            "empezar por letra y tener máximo 59 caracteres",
            field=name,
        )


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a layer (ISO 19110 FC_FeatureAttribute)."""

    name: str
    type: FieldType
    label: str
    """What people read (Spanish, with accents)."""
    definition: str
    """What the value means, for the data dictionary and the feature catalogue."""
    access: Access = Access.RESERVADA
    legal_basis: str = ""
    """The rule that makes it public or not, where the class is not obvious."""
    required: bool = False
    source_names: tuple[str, ...] = ()
    """Column names under which deliveries bring it, besides ``name``; case and accents ignored."""
    sortable: bool = False
    formerly: str = ""
    """Its name in the store before a rename, so that migration keeps the data."""

    def __post_init__(self) -> None:
        check_name(self.name, "campo")
        if self.name in RESERVED:
            raise ContractError(f"El nombre de campo «{self.name}» está reservado", field=self.name)
        if not self.label or not self.definition:
            raise ContractError("Faltan la etiqueta o la definición del campo", field=self.name)


GeometryType = Literal[
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"
]


@dataclass(frozen=True, slots=True)
class Extent:
    """A box in CRS84: degrees, longitude first."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not (-180 <= self.west < self.east <= 180 and -90 <= self.south < self.north <= 90):
            raise ContractError(
                f"La extensión {self.as_tuple()} no es oeste, sur, este, norte en grados"
            )

    def as_tuple(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return (self.west, self.south, self.east, self.north)


@dataclass(frozen=True, slots=True)
class Geometry:
    """What shape the features have. Stored in EPSG:9377, two dimensions, x = easting."""

    type: GeometryType
    accepted_crs: tuple[int, ...] = (9377, 4686, 4326, 3857, 3116)
    """EPSG codes a delivery may come in; any other is refused by name."""
    required: bool = True
    """False where a site without a known place is legal; it is then shown as such."""
    access: Access = Access.PUBLICA
    coarsen_m: float | None = None
    """Where the geometry is not public: grid in metres of the public stand-in, None to withhold."""
    tolerance_m: float = 0.01
    """Differences up to this many metres between deliveries are the same geometry."""

    @property
    def dimension(self) -> Literal[0, 1, 2]:
        """0 for points, 1 for lines, 2 for surfaces."""
        return 0 if "Point" in self.type else 1 if "Line" in self.type else 2

    @property
    def is_multi(self) -> bool:
        """Whether the type is a Multi, to which single geometries are promoted."""
        return self.type.startswith("Multi")

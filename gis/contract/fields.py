"""Fields and geometry of a layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from gis.contract.access import Access
from gis.contract.checks import check_kind, check_name, check_tuple
from gis.contract.types import FieldType
from gis.errors import ContractError

RESERVED = frozenset({"geom", "geometry", "id", "type", "cantidad"})
"""Names that formats and the store need for themselves."""


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
        check_kind(self.type, FieldType, "type", field=self.name)
        check_kind(self.access, Access, "access", field=self.name)
        check_tuple(self.source_names, str, "source_names", field=self.name)
        if self.formerly:
            check_name(self.formerly, "campo anterior (formerly)")


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

    def union(self, other: Extent) -> Extent:
        """The smallest box that holds both."""
        return Extent(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


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

    def __post_init__(self) -> None:
        if self.type not in get_args(GeometryType):
            raise ContractError(
                f"No hay geometría «{self.type}»; las hay: {', '.join(get_args(GeometryType))}",
                field="geometry",
            )
        check_tuple(self.accepted_crs, int, "geometry.accepted_crs")
        check_kind(self.access, Access, "geometry.access")
        if not self.accepted_crs:
            raise ContractError("Diga al menos un CRS aceptado", field="geometry.accepted_crs")
        if self.coarsen_m is not None and (self.access is Access.PUBLICA or self.coarsen_m <= 0):
            raise ContractError(
                "«coarsen_m» (metros, mayor que 0) solo tiene sentido si la geometría no es "
                "PUBLICA",
                field="geometry.coarsen_m",
            )
        if self.tolerance_m < 0:
            raise ContractError("La tolerancia no puede ser negativa", field="geometry.tolerance_m")

    @property
    def dimension(self) -> Literal[0, 1, 2]:
        """0 for points, 1 for lines, 2 for surfaces."""
        return 0 if "Point" in self.type else 1 if "Line" in self.type else 2

    @property
    def is_multi(self) -> bool:
        """Whether the type is a Multi, to which single geometries are promoted."""
        return self.type.startswith("Multi")

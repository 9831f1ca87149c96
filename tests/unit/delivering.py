"""A small layer and a way to deliver files to it, for tests of sources and conformance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gis.conform import Conformed, prepare
from gis.contract import (
    PUBLICA,
    Boolean,
    Coded,
    Date,
    Decimal,
    Extent,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    Text,
    Timestamp,
    Topic,
)
from gis.contract.codelists import Code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from gis.contract.fields import GeometryType
    from gis.contract.rules import Rule

EXTENT = Extent(-75.60, 4.20, -74.90, 4.80)
LEVELS = (Code("alta", "Amenaza alta"), Code("media", "Amenaza media"), Code("01", "Sin estudio"))
METADATA = Metadata(
    abstract="Capa de prueba. " * 8, lineage="Inventada.", topic=Topic.HEALTH,
    frequency=Frequency.DAILY, contact="tic",
)  # fmt: skip


def field(name: str, kind: Any, *, required: bool = False, names: tuple[str, ...] = ()) -> Field:
    return Field(
        name, kind, label=name.capitalize(), definition="De prueba.", access=PUBLICA,
        required=required, source_names=names,
    )  # fmt: skip


FIELDS = (
    field("codigo", Text(max_length=20), required=True, names=("ID", "COD_SITIO")),
    field("nombre", Text(), names=("NOM_SITIO",)),
    field("nivel", Coded("nivel", LEVELS)),
    field("cupos", Integer(minimum=0, maximum=500)),
    field("area", Decimal(minimum=0)),
    field("activo", Boolean()),
    field("fecha", Date()),
    field("instante", Timestamp()),
)


def layer(
    geometry: GeometryType | None = "Point",
    *,
    key: tuple[str, ...] = ("codigo",),
    fields: tuple[Field, ...] = FIELDS,
    rules: tuple[Rule, ...] = (),
    required: bool = True,
) -> Layer:
    shape = None if geometry is None else Geometry(geometry, required=required)
    return Layer("sitios", "Sitios", shape, key, fields, METADATA, rules=rules)


class Known:
    """Surroundings made of the frames given, by layer."""

    def __init__(self, **frames: gpd.GeoDataFrame) -> None:
        self.frames = frames

    def features(self, layer: str) -> gpd.GeoDataFrame | None:
        return self.frames.get(layer)


def deliver(path: Path, to: Layer, *repairs: str, **options: Any) -> Conformed:
    options.setdefault("surroundings", Known())
    options.setdefault("extent", EXTENT)
    return prepare(path, to, repairs=frozenset(repairs), **options)


def rows_of(conformed: Conformed, rule: str) -> list[int | None]:
    """The rows that a rule has findings for."""
    return [finding.row for finding in conformed.findings if finding.rule == rule]


def text_of(conformed: Conformed, rule: str) -> str:
    """Message and remedy of the first finding of a rule."""
    finding = next(f for f in conformed.findings if f.rule == rule)
    return f"{finding.message}. {finding.remedy}"


def write_csv(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_geojson(path: Path, features: Sequence[object], crs: str = "") -> Path:
    """Features with the code of their place; geometry given as (type, coordinates) or None."""
    made = [
        feature(
            None if item is None else {"type": item[0], "coordinates": item[1]}, codigo=str(place)
        )
        if item is None or isinstance(item, tuple)
        else item
        for place, item in enumerate(features, start=1)
    ]
    document: dict[str, object] = {"type": "FeatureCollection", "features": made}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def square(x: float, y: float, size: float = 0.01) -> list[list[list[float]]]:
    """Coordinates of a polygon, in degrees, clockwise on purpose."""
    return [[[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]]

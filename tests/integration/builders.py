"""Layers and conformed rows made for tests of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gis.conform import Conformed
from gis.contract import (
    PUBLICA,
    Date,
    Extent,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    Reference,
    Text,
    Tiles,
    Topic,
)
from gis.contract.catalog import Catalog
from gis.contract.entity import Contact, Entity
from gis.sources.delivered import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gis.findings import Finding

METADATA = Metadata(
    abstract="Capa que solo existe en las pruebas: " + "x" * 100,
    lineage="Hecha por la prueba.",
    topic=Topic.LOCATION,
    frequency=Frequency.ANNUALLY,
    contact="tic",
)
EAST, NORTH = 4752388.9041, 2048868.3160
"""A control point of the standards, in EPSG:9377."""


def field(name: str, kind: Any, **options: Any) -> Field:
    """A public field unless the options say otherwise."""
    values = {"access": PUBLICA, **options}
    return Field(name, kind, label=name.capitalize(), definition=f"Campo {name}.", **values)


SITES = Layer(
    name="sitios",
    title="Sitios",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        field("codigo", Text(pattern=r"S\d+"), required=True),
        field("nombre", Text()),
        field("camas", Integer(minimum=0)),
        field("fecha", Date()),
        Field("responsable", Text(), label="Responsable", definition="Persona a cargo."),
    ),
    metadata=METADATA,
    label="nombre",
    time=("fecha",),
    tiles=Tiles(minzoom=0),
)
ZONES = Layer(
    name="zonas_prueba",
    title="Zonas",
    geometry=Geometry("MultiPolygon"),
    key=("fenomeno", "numero"),
    fields=(
        field("fenomeno", Text(), required=True),
        field("numero", Integer(), required=True),
        field("nombre", Text()),
    ),
    metadata=METADATA,
    tiles=Tiles(minzoom=0),
)
NOTES = Layer(
    name="notas",
    title="Notas",
    geometry=None,
    key=(),
    fields=(field("sitio", Reference("sitios")), field("texto", Text())),
    metadata=METADATA,
)
TRACKS = Layer(
    name="trazas",
    title="Trazas",
    geometry=Geometry("LineString"),
    key=(),
    fields=(field("nombre", Text()),),
    metadata=METADATA,
    tiles=Tiles(minzoom=0),
)
ENTITY = Entity(
    name="Municipio de prueba",
    municipality="Prueba",
    department="Prueba",
    divipola="99999",
    extent=Extent(-76, 4, -74, 5),
    contacts={"tic": Contact("TIC", "tic@example.org")},
)


def catalog(*layers: Layer) -> Catalog:
    """A catalog with just these layers."""
    return Catalog(ENTITY, {layer.name: layer for layer in layers})


def site(code: str, x: float | None = 0.0, y: float = 0.0, **values: Any) -> dict[str, Any]:
    """A row of :data:`SITES`, ``x`` and ``y`` metres from the control point."""
    shape = None if x is None else shapely.Point(EAST + x, NORTH + y)
    return {"codigo": code, "geom": shape, **values}


def zone(phenomenon: str, number: int, size: float = 100.0, **values: Any) -> dict[str, Any]:
    """A row of :data:`ZONES`: a square of ``size`` metres."""
    x = EAST + number * 1000
    shape = shapely.MultiPolygon([shapely.box(x, NORTH, x + size, NORTH + size)])
    return {"fenomeno": phenomenon, "numero": number, "geom": shape, **values}


def conformed(
    layer: Layer,
    rows: Sequence[dict[str, Any]],
    *,
    refused: Iterable[int] = (),
    findings: Sequence[Finding] = (),
    absent: Iterable[str] = (),
) -> Conformed:
    """Rows as ``gis.conform.prepare`` hands them over, numbered from 2."""
    index = pd.RangeIndex(2, 2 + len(rows), name="row")
    columns = {f.name: [row.get(f.name) for row in rows] for f in layer.fields}
    frame: Any = pd.DataFrame(columns, index=index)
    for f in layer.fields:
        dtype = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}.get(f.type.kind)
        frame[f.name] = frame[f.name].astype(dtype or object)
    if layer.geometry:
        shapes = gpd.GeoSeries([row.get("geom") for row in rows], index=index, crs=9377)
        frame = gpd.GeoDataFrame(frame, geometry=shapes).rename_geometry("geom")
    stopped = frozenset(refused)
    return Conformed(
        rows=frame,
        findings=tuple(findings),
        refused=stopped,
        delivered=frame.loc[sorted(stopped), list(layer.field_names)].astype(str),
        source=Source(name="prueba.csv", sha256="0" * 64, size=1, format="csv", rows=len(rows)),
        absent=frozenset(absent),
    )

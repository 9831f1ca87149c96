"""A small right declaration, and ways to break it in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.catalog import Catalog, read_catalog
from gis.contract.entity import Contact, Entity
from gis.contract.fields import Extent

if TYPE_CHECKING:
    from pathlib import Path

ENTITY = Entity(
    name="Alcaldía de Prueba",
    municipality="Prueba",
    department="Prueba",
    divipola="99999",
    extent=Extent(-75, 4, -74, 5),
    contacts={"planeacion": Contact("Planeación", "planeacion@prueba.example")},
)

RIGHT = '''"""Wells."""

from gis.contract import (
    CLASIFICADA, PUBLICA, Coded, Dataset, Date, Decimal, Field, Frequency, Geometry, Inside,
    Integer, Layer, Metadata, NotInFuture, Reference, Style, Symbol, Text, Tiles, Topic,
)

LAYER = Layer(
    name="pozos",
    title="Pozos",
    geometry=Geometry("Point"),
    key=("codigo",),
    fields=(
        Field("codigo", Text(), label="Código", definition="Id.", access=PUBLICA, required=True),
        Field("estado", Coded("estado"), label="Estado", definition="Estado.", access=PUBLICA),
        Field("fecha", Date(), label="Fecha", definition="Fecha.", access=PUBLICA),
        Field("caudal", Decimal(measure="L/s"), label="Caudal", definition="Q.", access=PUBLICA),
        Field("dueno", Text(), label="Dueño", definition="Persona.", access=CLASIFICADA),
    ),
    style=Style(symbol=Symbol(color="#3366cc"), by="estado"),
    tiles=Tiles(minzoom=8, maxzoom=16),
    rules=(NotInFuture("fecha"),),
    metadata=Metadata(
        abstract="Pozos de agua del municipio, con su código, su estado y su fecha. " * 2,
        lineage="Levantados en campo.",
        topic=Topic.ENVIRONMENT,
        frequency=Frequency.ANNUALLY,
        contact="planeacion",
        keywords=("agua", "pozos", "ambiente"),
    ),
    datasets=(Dataset("pozos", where="estado = 'activo'"),),
    time=("fecha",),
    label="codigo",
)
'''
CODES = "code,label,definition,color\nactivo,Activo,,#1b7837\nsellado,Sellado,,#737373\n"


def write(folder: Path, source: str = RIGHT, name: str = "pozos", codes: str = CODES) -> Path:
    """A folder of declarations holding ``source`` as ``<name>.py`` and its code list."""
    (folder / "_codelists").mkdir(parents=True, exist_ok=True)
    (folder / "_codelists" / "estado.csv").write_text(codes, encoding="utf-8")
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    return folder


def read(*folders: Path, entity: Entity = ENTITY) -> Catalog:
    """The catalog of ``folders`` for the small entity."""
    return read_catalog(entity, folders)


def broken(old: str, new: str) -> str:
    """The right declaration with one thing changed, which must be there exactly once."""
    assert RIGHT.count(old) == 1, old
    return RIGHT.replace(old, new)

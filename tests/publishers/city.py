"""A small city of its own for the tests of publication: trees, zones, courses."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.changesets.opening import Provenance, open_changeset
from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    RESERVADA,
    Coded,
    Dataset,
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
    Topic,
)
from gis.contract.catalog import Catalog
from gis.contract.codelists import Code
from gis.contract.entity import Contact, Entity, Target
from publishers.publish import Order
from publishers.targets import open_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from publishers.targets import Target as Adapter

EVERYWHERE = ("estatico", "oficial", "ckan")
SPECIES = (Code("OCO", "Ocobo"), Code("GUA", "Guayacán"), Code("SAM", "Samán"))

TREES = Layer(
    name="arboles",
    title="Árboles del espacio público",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field("codigo", Text(), "Código", "Placa del árbol.", PUBLICA, required=True),
        Field("especie", Coded("especie", SPECIES), "Especie", "Nombre común.", PUBLICA),
        Field("altura_m", Decimal(0, 80, "m"), "Altura", "Desde el suelo.", PUBLICA),
        Field("sembrado", Date(), "Sembrado", "Día de la siembra.", PUBLICA),
        Field("cuidador", Text(), "Cuidador", "Quien lo adoptó.", CLASIFICADA),
        Field("telefono", Text(), "Teléfono", "Del cuidador.", RESERVADA),
    ),
    metadata=Metadata(
        abstract=(
            "Árboles sembrados en parques, separadores y andenes del municipio, con su especie, "
            "altura y fecha de siembra, tomados en campo por la secretaría."
        ),
        purpose="Cuidar los árboles de todos.",
        lineage="Censo en campo con receptor GNSS de mano.",
        topic=Topic.ENVIRONMENT,
        frequency=Frequency.MONTHLY,
        contact="ambiente",
        keywords=("árboles", "arbolado urbano"),
        scale_denominator=2000,
        notice="La altura es aproximada & no reemplaza un concepto técnico <escrito>.",
    ),
    datasets=(
        Dataset("arboles", targets=EVERYWHERE),
        Dataset(
            "arboles_altos",
            title="Árboles altos",
            where="altura_m >= 10",
            fields=("codigo", "altura_m"),
            targets=EVERYWHERE,
            frequency=Frequency.AS_NEEDED,
        ),
    ),
    time=("sembrado",),
)
ZONES = Layer(
    name="zonas_verdes",
    title="Zonas verdes",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(Field("codigo", Text(), "Código", "De la zona.", PUBLICA, required=True),),
    metadata=Metadata(
        abstract="Parques y zonas verdes del municipio con su perímetro levantado en campo. " * 2,
        lineage="Levantamiento.",
        topic=Topic.PLANNING,
        frequency=Frequency.ANNUALLY,
        contact="ambiente",
    ),
    datasets=(Dataset("zonas_verdes", targets=EVERYWHERE),),
)
COURSES = Layer(
    name="cursos",
    title="Cursos dictados",
    geometry=None,
    key=(),
    fields=(
        Field("tema", Text(), "Tema", "De qué trató.", PUBLICA, required=True),
        Field("asistentes", Integer(0), "Asistentes", "Personas.", PUBLICA),
    ),
    metadata=Metadata(
        abstract="Cursos dictados por la entidad: tema, lugar y número de asistentes a cada uno. "
        "Sin datos de personas.",
        lineage="Listas de asistencia contadas.",
        topic=Topic.SOCIETY,
        frequency=Frequency.WEEKLY,
        contact="ambiente",
    ),
    datasets=(Dataset("cursos", targets=EVERYWHERE),),
)
ENTITY = Entity(
    name="Alcaldía de Villa Ejemplo",
    municipality="Villa Ejemplo",
    department="Tolima",
    divipola="73999",
    extent=Extent(-75.53, 4.25, -74.96, 4.71),
    contacts={"ambiente": Contact("Secretaría de Ambiente", "ambiente@villa.example", "6080000")},
    website="https://villa.example",
    base_url="https://datos.villa.example",
    targets=(
        Target("estatico", "estatico", test=True),
        Target("oficial", "estatico", options=(("folder", "oficial"),)),
        Target("ckan", "ckan", test=True, options=(("token_env", "T"), ("url_env", "U"))),
    ),
)
CATALOG = Catalog(ENTITY, {layer.name: layer for layer in (TREES, ZONES, COURSES)})

PERSONAL = ("Ana Personal", "3001234567")
"""Values of fields that are not public: in no file, anywhere."""


@dataclass(frozen=True, slots=True)
class City:
    """The city in a database, with a home of its own."""

    engine: sa.Engine
    reader: sa.Engine
    home: Path
    secrets: dict[str, str]

    def target(self, name: str = "estatico") -> Adapter:
        """The adapter of one of the entity's accounts."""
        return open_target(self.account(name), ENTITY, home=self.home, secrets=self.secrets)

    def account(self, name: str) -> Target:
        return next(target for target in ENTITY.targets if target.name == name)

    def order(self, dataset: str, to: str = "estatico", /, **options: Any) -> Order:
        """An order to publish ``dataset`` in the account ``to``."""
        layer, declared = CATALOG.dataset(dataset)
        values = {
            "engine": self.engine,
            "reader": self.reader,
            "entity": ENTITY,
            "layer": layer,
            "dataset": declared,
            "account": self.account(to),
            "target": options.pop("target", None) or self.target(to),
            "workspace": self.home / "tmp",
            "actor": "prueba",
        }
        return Order(**(values | options))

    def run(self, statement: str, **values: Any) -> None:
        """A statement typed by the owner: it is a changeset."""
        with self.engine.begin() as conn:
            conn.execute(sa.text(statement), values)

    @contextmanager
    def demonstration(self, layer: Layer) -> Iterator[sa.Connection]:
        """A changeset loaded as demonstration, as ``sig up`` does."""
        with self.engine.begin() as conn:
            open_changeset(conn, layer, Provenance("delivery", demonstration=True))
            yield conn

    def fill(self) -> None:
        """Three trees (one of them nowhere), a zone and two courses."""
        self.run(TREES_SQL)
        self.run(ZONES_SQL)
        self.run(COURSES_SQL)


TREES_SQL = """
INSERT INTO data.arboles (codigo, especie, altura_m, sembrado, cuidador, telefono, geom) VALUES
 ('A-1', 'OCO', 12.5, '2019-03-01', 'Ana Personal', '3001234567',
  ST_Transform(ST_SetSRID(ST_Point(-75.2322, 4.4389), 4326), 9377)),
 ('A-2', 'SAM', 30, '2001-10-12', 'Ana Personal', '3001234567',
  ST_Transform(ST_SetSRID(ST_Point(-75.20, 4.43), 4326), 9377)),
 ('A-3', NULL, 3, NULL, NULL, NULL, NULL)
"""
ZONES_SQL = """
INSERT INTO data.zonas_verdes (codigo, geom) VALUES
 ('Z-1', ST_Multi(ST_Transform(ST_MakeEnvelope(-75.24, 4.43, -75.23, 4.44, 4326), 9377)))
"""
COURSES_SQL = "INSERT INTO data.cursos (tema, asistentes) VALUES ('Compostaje', 12), ('Poda', 30)"

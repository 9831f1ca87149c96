"""The data product specification (ISO 19131, NTC 5662): its sections, from the one record.

Texts only: HTML and PDF are templates over these sections. Nothing here is typed for the occasion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publishers.documents import KINDS
from publishers.iso19157 import abstract, named
from publishers.metadata import CRS84, INSTANT, iso_day, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publishers.metadata import Record

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part: paragraphs, then pairs of name and value, then a table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    heads: Cells = ()
    rows: tuple[Cells, ...] = ()

    @property
    def says(self) -> bool:
        """Whether there is anything in it."""
        return any((*self.paragraphs, *(value for _, value in self.facts), *self.rows))


def sections(record: Record) -> tuple[Section, ...]:
    """The twelve sections of the standard, in its order."""
    return (
        Section("Visión general", (record.statement, record.purpose), _overview(record)),
        Section("Alcance de la especificación", facts=_scope(record)),
        Section("Identificación del producto", facts=_identification(record)),
        Section("Contenido y estructura", _content_text(record), (), FIELD_HEADS,
                tuple(_fields(record))),
        Section("Sistemas de referencia", _reference_text(record), tuple(_systems(record))),
        Section("Calidad de los datos", (QUALITY,), (), QUALITY_HEADS, tuple(_quality(record))),
        Section("Captura de los datos", (record.lineage,), (), ("Cambios",),
                tuple((told(step),) for step in record.steps)),
        Section("Mantenimiento", facts=_maintenance(record)),
        Section("Representación", (_portrayal(record),)),
        Section("Entrega", (), (), ("Archivo", "Formato", "Sistema", "Bytes"),
                tuple(_delivery(record))),
        Section("Metadatos", (METADATA,), (), ("Documento", "Formato", "Dirección"),
                tuple((d.title, d.format, d.url) for d in record.documents)),
        Section("Información adicional", (record.notice or NO_NOTICE, record.citation),
                _additional(record)),
    )  # fmt: skip


def catalogue(record: Record) -> tuple[Section, ...]:
    """The feature catalogue (ISO 19110) for people: the type of object, and each of its fields."""
    codes = tuple(
        Section(
            f"Lista de códigos de «{v.label}»",
            heads=("Código", "Nombre", "Definición"),
            rows=v.codes,
        )
        for v in record.variables
        if v.codes
    )
    facts = (
        ("Tipo de objeto", record.layer),
        ("Geometría", record.geometry_type or "ninguna"),
        ("Versión", f"conjunto de cambios {record.changeset}, {iso_day(record.modified)}"),
        ("Productor", record.contact.name),
        ("Campo de aplicación", record.category),
    )
    return (
        Section("Tipo de objeto", (record.abstract,), facts),
        Section("Atributos", (), (), FIELD_HEADS, tuple(_fields(record))),
        *codes,
    )  # fmt: skip


def quality(record: Record) -> tuple[Section, ...]:
    """The quality report (ISO 19157) for people: scope, method, results, lineage."""
    evaluated = record.quality.evaluated_at.strftime(INSTANT)
    facts = (
        ("Alcance", f"{record.quality.feature_count} elementos del conjunto"),
        ("Método", "inspección completa, directa e interna, por consultas a la base de datos"),
        ("Estado medido", f"conjunto de cambios {record.changeset}, {evaluated}"),
    )
    notes = tuple((named(m), m.note) for m in record.quality.measures if m.note)
    return (
        Section("Resumen", (abstract(record),), facts),
        Section("Resultados", (QUALITY,), (), QUALITY_HEADS, tuple(_quality(record))),
        Section("Cómo se contó", facts=notes),
        Section("Linaje", (record.lineage,), (), ("Cambios",),
                tuple((told(step),) for step in record.steps)),
    )  # fmt: skip


FIELD_HEADS = ("Campo", "Nombre", "Definición", "Tipo", "Unidad", "Obligatorio", "Valores")
QUALITY_HEADS = ("Medida", "Identificador", "Nivel aceptable", "Resultado", "Conforme")
QUALITY = (
    "Lo que se mide y lo que se exige, según ISO 19157. Los resultados son los de este estado de "
    "los datos. La exactitud de posición y la clasificación temática no se miden: exigen comparar "
    "con el terreno."
)
METADATA = "Cada estado publicado lleva sus metadatos, hechos del mismo registro."
NO_NOTICE = "No hay advertencias de uso."


def _overview(record: Record) -> tuple[tuple[str, str], ...]:
    return (
        ("Título", record.shown_title),
        ("Versión", f"conjunto de cambios {record.changeset}, {iso_day(record.modified)}"),
        ("Responsable", f"{record.contact.name}, {record.contact.email}"),
        ("Editor", record.publisher.name),
    )


def _scope(record: Record) -> tuple[tuple[str, str], ...]:
    level = "conjunto de datos geográficos" if record.geometry_type else "tabla sin geometría"
    west_to_north = record.bbox and ", ".join(f"{side:.7f}" for side in record.bbox)
    facts = (
        ("Nivel", level),
        ("Elementos", str(record.feature_count)),
        ("Lugares", ", ".join(record.places)),
        ("Extensión (oeste, sur, este, norte)", west_to_north or ""),
        ("Periodo", " a ".join(record.period or ())),
    )
    return tuple(pair for pair in facts if pair[1])


def _identification(record: Record) -> tuple[tuple[str, str], ...]:
    scale = f"1:{record.scale_denominator:,}".replace(",", ".") if record.scale_denominator else ""
    facts = (
        ("Identificador", record.identifier),
        ("Nombre del conjunto", record.dataset),
        ("Categoría temática", f"{record.category} ({record.topic})"),
        ("Palabras clave", ", ".join(record.keywords)),
        ("Tipo de representación", "vectorial" if record.geometry_type else "tabla"),
        ("Escala de captura", scale),
        ("Licencia", f"{record.license_name} ({record.license})"),
    )
    return tuple(pair for pair in facts if pair[1])


def _content_text(record: Record) -> tuple[str, ...]:
    shape = f"geometría {record.geometry_type}" if record.geometry_type else "sin geometría"
    return (
        f"Un tipo de objeto, «{record.layer}», {shape}. El catálogo de objetos (ISO 19110) va con "
        "los datos.",
    )


def _fields(record: Record) -> Iterator[Cells]:
    for v in record.variables:
        codes = "; ".join(f"{code} = {label}" for code, label, _ in v.codes)
        required = "sí" if v.required else "no"
        yield (v.name, v.label, v.definition, KINDS[v.kind], v.unit, required, codes)


def _reference_text(record: Record) -> tuple[str, ...]:
    if not record.geometry_type:
        return ("No tiene geometría. Las fechas siguen el calendario gregoriano.",)
    return (
        "Se guarda en MAGNA-SIRGAS 2018 / Origen Nacional (EPSG:9377), en metros. Entre este "
        "sistema y WGS 84 la diferencia es del orden de un metro: las coordenadas web no prometen "
        "más. Las fechas siguen el calendario gregoriano.",
    )


def _systems(record: Record) -> Iterator[tuple[str, str]]:
    for code in record.crs:
        name = "OGC:CRS84" if code == CRS84 else f"EPSG:{code}"
        files = [d.format for d in record.data if d.crs == code]
        yield name, ", ".join(files)


def _quality(record: Record) -> Iterator[Cells]:
    for m in record.quality.measures:
        shown = f"{m.value:.2%}" if m.unit == "rate" else f"{m.value:g}"
        asked = "se informa" if m.passed is None else "0" + (" (bloquea)" if m.blocking else "")
        passed = {True: "sí", False: "no", None: "–"}[m.passed]
        yield (named(m), f"{m.code_space} {m.id}", asked, shown.replace(".", ","), passed)


def _maintenance(record: Record) -> tuple[tuple[str, str], ...]:
    facts = (
        ("Frecuencia", f"{record.frequency_label} ({record.frequency})"),
        ("Periodo", record.accrual),
        ("Última actualización", iso_day(record.modified)),
        ("Fecha de corte", record.reference_date),
    )
    return tuple(pair for pair in facts if pair[1])


def _portrayal(record: Record) -> str:
    if not record.geometry_type:
        return "Se presenta como tabla."
    return "El estilo de la capa (MapLibre) se sirve con ella y es el del mapa de la entidad."


def _delivery(record: Record) -> Iterator[Cells]:
    for d in record.data:
        system = "–" if d.crs is None else "CRS84" if d.crs == CRS84 else f"EPSG:{d.crs}"
        yield (d.title, d.format, system, str(d.size))


def _additional(record: Record) -> tuple[tuple[str, str], ...]:
    return (
        ("Página", record.landing_page),
        *((link.title, link.url) for link in record.links if link.rel == "service"),
    )

"""The one model of a published dataset, from which every metadata form is derived.

Nothing here is typed by a person for the occasion: titles and texts come from the declaration,
names and addresses from the entity's file, and every date, box and count from the data as they
stood at the changeset published. ISO 19139, DCAT, schema.org, CKAN and the dataset's page are
views of :class:`Record`; when one of them lacks something, it is added here.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from gis.contract.access import Access
from gis.contract.metadata import OPEN_LICENCES
from gis.demonstration import MARK

if TYPE_CHECKING:
    from datetime import date, datetime

    from gis.contract.entity import Entity
    from gis.contract.fields import Field
    from gis.contract.layer import Dataset, Layer
    from gis.contract.metadata import Frequency
    from gis.lineage import Step
    from gis.quality import Quality
    from gis.summary import Summary

PACKAGE_VERSION = 3
"""Raised when the same data and contract must give other files, so that they leave again."""

INSTANT = "%Y-%m-%dT%H:%M:%SZ"
"""Instants, which are always of UTC, as XML and JSON write them."""
STORAGE_CRS = 9377
CRS84 = 4326

DEMONSTRATION = (
    f"{MARK.upper()}: generados para probar el sistema. No describen la realidad y no "
    "deben usarse para ninguna decisión."
)


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that answers for something (ISO 19115 CI_ResponsibleParty)."""

    name: str
    email: str
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """One row of the data dictionary: a published field."""

    name: str
    label: str
    definition: str
    kind: str
    """``text``, ``integer``, ``number``, ``boolean``, ``date`` or ``timestamp``."""
    unit: str = ""
    required: bool = False
    codes: tuple[tuple[str, str, str], ...] = ()
    """Listed values: code, label, definition."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file of a dataset as published (DCAT Distribution)."""

    file: str
    title: str
    format: str
    """Short name people know: CSV, GeoJSON, GeoPackage…"""
    media_type: str
    url: str
    size: int
    """Bytes."""
    sha256: str
    crs: int | None = None
    """EPSG code of its coordinates (4326 stands for CRS84, longitude first); None: no geometry."""
    role: Literal["data", "documentation"] = "data"
    """Whether it is the dataset itself or tells about it (dictionary, quality, metadata)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A service of the data, or a page that tells about them (CI_OnlineResource)."""

    rel: Literal["service", "specification", "catalogue", "quality"]
    title: str
    url: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Record:
    """A dataset as of a changeset, ready to be described in any catalogue's terms."""

    identifier: str
    """Stable UUID: the same dataset of the same municipality is always the same record."""
    dataset: str
    layer: str
    title: str
    abstract: str
    purpose: str
    lineage: str
    notice: str
    topic: str
    """MD_TopicCategoryCode."""
    category: str
    """The topic as people read it, or the portal's category where the dataset declares one."""
    keywords: tuple[str, ...]
    places: tuple[str, ...]
    """Municipality, department, DIVIPOLA code."""
    frequency: str
    """MD_MaintenanceFrequencyCode."""
    frequency_label: str
    accrual: str
    """ISO 8601 repetition; empty when no period is promised."""
    license: str
    license_name: str
    publisher: Party
    contact: Party
    issued: datetime
    """When the layer's data first entered the store."""
    modified: datetime
    """When the changeset published was sealed: the last change of the data."""
    changeset: int
    fingerprint: str
    demonstration: bool
    feature_count: int
    without_geometry: int
    geometry_type: str
    """Simple features type; empty for a table."""
    bbox: tuple[float, float, float, float] | None
    """West, south, east, north in CRS84 degrees, of the published features."""
    period: tuple[str, str] | None
    """First and last date of the features' own time, ISO 8601."""
    scale_denominator: int | None
    landing_page: str
    variables: tuple[Variable, ...]
    quality: Quality
    reference_date: str = ""
    """*Fecha de corte* of the delivery, ISO 8601, empty when it was not stated."""
    steps: tuple[Step, ...] = ()
    """How the layer came to be what it is: its first changeset and the newest ones."""
    links: tuple[Link, ...] = ()
    distributions: tuple[Distribution, ...] = ()

    @property
    def scope(self) -> str:
        """MD_ScopeCode."""
        return "dataset" if self.geometry_type else "nonGeographicDataset"

    @property
    def progress(self) -> str:
        """MD_ProgressCode: whether more of it is promised."""
        return "onGoing" if self.accrual else "completed"

    @property
    def geometric_object(self) -> str:
        """MD_GeometricObjectTypeCode; empty for a table."""
        kinds = {"Point": "point", "Line": "curve", "Polygon": "surface"}
        return next((kind for word, kind in kinds.items() if word in self.geometry_type), "")

    @property
    def data(self) -> tuple[Distribution, ...]:
        """The files that are the dataset."""
        return tuple(d for d in self.distributions if d.role == "data")

    @property
    def documents(self) -> tuple[Distribution, ...]:
        """The files that tell about it."""
        return tuple(d for d in self.distributions if d.role == "documentation")

    @property
    def crs(self) -> tuple[int, ...]:
        """EPSG codes of the files offered, the official projection first."""
        codes = {d.crs for d in self.distributions if d.crs is not None}
        return tuple(sorted(codes, key=lambda code: (code != STORAGE_CRS, code)))

    @property
    def statement(self) -> str:
        """The abstract as people must read it: notice and demonstration said with it."""
        warning = DEMONSTRATION if self.demonstration else ""
        return "\n\n".join(text for text in (warning, self.abstract, self.notice) if text)

    @property
    def shown_title(self) -> str:
        """The title, saying so when the data are a demonstration."""
        return f"[DEMOSTRACIÓN] {self.title}" if self.demonstration else self.title

    @property
    def short_title(self) -> str:
        """The title without the municipality, for pages that are of one municipality."""
        return self.title.removesuffix(f". Municipio de {self.places[0]}")

    @property
    def citation(self) -> str:
        """How to cite it, in one line."""
        return (
            f"{self.publisher.name} ({self.modified.year}). {self.shown_title} "
            f"[conjunto de datos, conjunto de cambios {self.changeset}]. {self.landing_page}. "
            f"Licencia: {self.license_name}."
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values; ``publishers.stored`` reads them back."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return document


@dataclass(frozen=True, slots=True)
class State:
    """What must be known of the data to describe them: read in one snapshot with the files."""

    changeset: int
    issued: datetime
    modified: datetime
    demonstration: bool
    summary: Summary
    quality: Quality
    reference_date: str = ""
    steps: tuple[Step, ...] = ()


def published_fields(layer: Layer, dataset: Dataset) -> tuple[Field, ...]:
    """The fields that leave: those the dataset names, else all; never one that is not public."""
    public = layer.fields_for(Access.PUBLICA)
    if not dataset.fields:
        return public
    return tuple(field for field in public if field.name in dataset.fields)


def may_be_shown(record: Record, entity: Entity, layer: Layer, dataset: Dataset) -> bool:
    """Whether what was published is public under the declaration of today: a field declared less
    public since must not stay open in files of the past."""
    public = {field.name for field in layer.fields_for(Access.PUBLICA)}
    if not public.issuperset(variable.name for variable in record.variables):
        return False
    if not record.geometry_type or layer.geometry is None:
        return True
    exact = layer.geometry.access is Access.PUBLICA
    return exact or record.fingerprint == fingerprint(entity, layer, dataset)


def make_record(
    entity: Entity, layer: Layer, dataset: Dataset, state: State, *, landing_page: str
) -> Record:
    """Describe ``dataset`` as of ``state``; distributions are added once they exist."""
    declared = layer.metadata
    contact = entity.contacts[declared.contact]
    frequency = dataset.frequency or declared.frequency
    return Record(
        identifier=identifier(entity, dataset),
        dataset=dataset.name,
        layer=layer.name,
        title=f"{dataset.title or layer.title}. Municipio de {entity.municipality}",
        abstract=dataset.description or declared.abstract,
        purpose=declared.purpose,
        lineage=declared.lineage,
        notice=declared.notice,
        topic=declared.topic.code,
        category=dataset.category or declared.topic.label,
        keywords=keywords(layer),
        places=(entity.municipality, entity.department, entity.divipola),
        frequency=frequency.value.iso,
        frequency_label=frequency.value.label,
        accrual=frequency.value.accrual,
        license=declared.license,
        license_name=OPEN_LICENCES[declared.license],
        publisher=Party(entity.name, contact.email, contact.phone, entity.website),
        contact=Party(contact.name, contact.email, contact.phone, entity.website),
        issued=state.issued,
        modified=state.modified,
        changeset=state.changeset,
        fingerprint=fingerprint(entity, layer, dataset),
        demonstration=state.demonstration,
        feature_count=state.summary.feature_count,
        without_geometry=state.summary.without_geometry,
        geometry_type=_geometry_type(layer),
        bbox=state.summary.bbox,
        period=state.summary.period,
        scale_denominator=declared.scale_denominator,
        landing_page=landing_page,
        variables=tuple(_variable(field) for field in published_fields(layer, dataset)),
        quality=state.quality,
        reference_date=state.reference_date,
        steps=state.steps,
        links=_links(entity, layer, dataset),
    )


def identifier(entity: Entity, dataset: Dataset) -> str:
    """UUID 5 of municipality and dataset: the same on every machine and after every reload."""
    name = f"urn:sig-municipal:{entity.divipola}:{dataset.name}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def keywords(layer: Layer) -> tuple[str, ...]:
    """At least three themes (LAMP row 27): declared ones first, then what the contract says."""
    derived = (layer.title.lower(), layer.metadata.topic.label.lower(), "datos abiertos")
    return tuple(dict.fromkeys((*layer.metadata.keywords, *derived)))


def fingerprint(entity: Entity, layer: Layer, dataset: Dataset) -> str:
    """SHA-256 over all that, besides the data, decides what the published files say."""
    contact = entity.contacts[layer.metadata.contact]
    frequency: Frequency = dataset.frequency or layer.metadata.frequency
    said = {
        "version": PACKAGE_VERSION,
        "entity": [entity.name, entity.municipality, entity.department, entity.divipola],
        "addresses": [entity.website, entity.base_url, contact.name, contact.email, contact.phone],
        "layer": [layer.name, layer.title, list(layer.key), list(layer.time)],
        "geometry": [_geometry_type(layer), layer.geometry and layer.geometry.coarsen_m],
        "metadata": asdict(replace(layer.metadata)) | {"topic": layer.metadata.topic.code},
        "frequency": frequency.value.iso,
        "dataset": [dataset.name, dataset.title, dataset.description, dataset.where],
        "category": dataset.category,
        "variables": [asdict(_variable(field)) for field in published_fields(layer, dataset)],
    }
    text = json.dumps(said, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def iso_day(instant: datetime | date) -> str:
    """The calendar day of an instant in UTC, ISO 8601."""
    return instant.isoformat()[:10]


ORIGINS = {
    "delivery": "Entrega",
    "edit": "Edición",
    "undo": "Deshacer",
    "migration": "Cambio de la declaración",
}


def told(step: Step) -> str:
    """A step of the lineage in a sentence."""
    origin = ORIGINS.get(step.origin, step.origin)
    parts = [
        f"{origin} (conjunto de cambios {step.changeset}): {step.added} elementos agregados, "
        f"{step.changed} cambiados, {step.removed} retirados"
    ]
    if step.refused:
        parts.append(f"{step.refused} filas en cuarentena")
    if step.reference_date:
        parts.append(f"fecha de corte {step.reference_date}")
    return "; ".join(parts) + f". Cadena de custodia: SHA-256 {step.chain_head}."


def _links(entity: Entity, layer: Layer, dataset: Dataset) -> tuple[Link, ...]:
    """Where the layer is served and where the dataset's documents for people are, on this
    installation whatever the portal that lists it."""
    api, page = f"{entity.base_url}/api/collections/{layer.name}", "WWW:LINK-1.0-http--link"
    own = f"{entity.base_url}/datos/{dataset.name}"
    tiles = Link("service", "Teselas vectoriales (OGC API Tiles)", f"{api}/tiles", "OGC API Tiles")
    return (
        Link("service", "Consulta de la capa (OGC API Features)", api, "OGC API Features"),
        *((tiles,) if _geometry_type(layer) else ()),
        Link("catalogue", "Catálogo de objetos (ISO 19110)", f"{own}/catalogo-de-objetos", page),
        Link(
            "specification",
            "Especificación del producto (ISO 19131)",
            f"{own}/especificacion",
            page,
        ),
        Link("quality", "Reporte de calidad (ISO 19157)", f"{own}/calidad", page),
    )


def _geometry_type(layer: Layer) -> str:
    if layer.geometry is None or not layer.geometry_for(Access.PUBLICA):
        return ""
    return str(layer.geometry.type)


def _variable(field: Field) -> Variable:
    return Variable(
        name=field.name,
        label=field.label,
        definition=field.definition,
        kind=field.type.kind,
        unit=field.type.unit,
        required=field.required,
        codes=tuple((code.code, code.label, code.definition) for code in field.type.codes),
    )

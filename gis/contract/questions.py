"""What a layer serves for when somebody asks about a place: words that answers are made from.

Lengths are metres, speeds kilometres an hour. Fields named here are public: answers are for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from gis.contract.checks import check_kind, check_name, check_tuple
from gis.errors import ContractError


class Section(Enum):
    """Where in the answer about a place a layer speaks: its code, and what people read."""

    RISK = ("riesgo", "Amenaza, vulnerabilidad y riesgo")
    PLACE = ("lugar", "Dónde queda")
    LAND = ("suelo", "Suelo y estrato")
    SERVICES = ("servicios", "Servicios cercanos")
    NEIGHBOURS = ("vecinos", "Establecimientos cercanos")

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


class Relation(StrEnum):
    """Which features speak of a place."""

    COVERS = "covers"
    """Those on which it lies."""
    NEAREST = "nearest"
    """The nearest ones, by walking time where there is a network to walk on."""
    AROUND = "around"
    """Those within ``reach_m``."""


class Zone(Enum):
    """What lying on a feature says of a place, whatever the feature is called: its code, and what
    people read."""

    MUNICIPALITY = ("dentro", "Dentro del municipio")
    URBAN = ("urbana", "Zona urbana")
    RURAL = ("rural", "Zona rural")

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


@dataclass(frozen=True, slots=True)
class Here:
    """What the layer says of a place to somebody who asks «¿Qué hay aquí?»."""

    section: Section
    relation: Relation
    fields: tuple[str, ...]
    """Told in this order; the first names what was found."""
    unknown: str = ""
    """Said where nothing is found: that there is no study is never shown as safety."""
    level: str = ""
    """Coded field whose code's definition is told as the meaning in plain words."""
    advice: str = ""
    """Coded field whose codes say what to do (columns ``advice`` and ``source`` of the list)."""
    cases: str = ""
    """Coded field, one of ``fields``, whose codes are studied each apart (phenomena): of those that
    nothing found has it is said that they are not known, as of a place with nothing at all."""
    scale_by: str = ""
    """Whole number with the denominator of the scale of what each feature was drawn from; null, or
    none: that of the layer's metadata. No limit is read with more detail than its scale has."""
    reach_m: float | None = None
    """NEAREST: within so many metres one is inside what is served. AROUND: how far is looked."""
    reach_by: str = ""
    """Number field with the metres that ``reach_m`` has in each feature; null: ``reach_m``."""
    most: int = 1
    """How many are told; COVERS tells all."""
    latest_by: str = ""
    """AROUND: of features equal in this field only the one latest in ``Layer.time`` is told."""
    order: int = 50
    """Place within the section; lower comes first."""
    means: Zone | None = None
    """COVERS: what lying on one of its features means. Where no layer means MUNICIPALITY, the
    entity's extent tells who is inside."""

    def __post_init__(self) -> None:
        check_kind(self.section, Section, "here.section")
        check_kind(self.relation, Relation, "here.relation")
        if self.means is not None:
            check_kind(self.means, Zone, "here.means")
            if self.relation is not Relation.COVERS:
                raise ContractError("Solo lo que cubre dice una zona", field="here.means")
        check_tuple(self.fields, str, "here.fields")
        if not self.fields:
            raise ContractError("«here.fields» dice qué se cuenta: nombre un campo", field="here")
        if self.section is Section.RISK and not self.unknown:
            raise ContractError(
                "Una capa de riesgo dice qué se lee donde no hay estudio: complete «here.unknown»",
                field="here.unknown",
            )
        if self.relation is Relation.AROUND and not self.reach_m:
            raise ContractError(
                "«AROUND» necesita «reach_m», los metros en que se busca", field="here.reach_m"
            )
        if (self.reach_m is not None and self.reach_m <= 0) or self.most < 1:
            raise ContractError("«reach_m» y «most» son mayores que 0", field="here")


class PlaceKind(Enum):
    """What somebody names to say where they are: its code, what people read, and how far from
    the place named the true place may be (metres, used where the feature has no area)."""

    BLOCK = ("manzana", "Manzana", 60.0)
    SITE = ("sitio", "Sitio", 100.0)
    NEIGHBOURHOOD = ("barrio", "Barrio", 400.0)
    SETTLEMENT = ("centro_poblado", "Centro poblado", 500.0)
    VEREDA = ("vereda", "Vereda", 2000.0)
    DISTRICT = ("comuna", "Comuna o corregimiento", 3000.0)

    def __init__(self, code: str, label: str, error_m: float) -> None:
        self.code = code
        self.label = label
        self.error_m = error_m


@dataclass(frozen=True, slots=True)
class Place:
    """The features are places that an address or a search may name."""

    kind: PlaceKind
    names: tuple[str, ...] = ()
    """Fields that hold its names; empty: the layer's ``label``."""

    def __post_init__(self) -> None:
        check_kind(self.kind, PlaceKind, "place.kind")
        check_tuple(self.names, str, "place.names")


@dataclass(frozen=True, slots=True)
class Network:
    """The layer's lines are streets to travel on, and to say addresses by."""

    name: str
    """Field with the street's name or nomenclature."""
    kind: str = ""
    """Coded field whose codes decide speeds and who may pass."""
    car_kmh: tuple[tuple[str, float], ...] = ()
    """Speed by car for each code of ``kind``."""
    default_kmh: float = 30.0
    """Speed by car of any other street."""
    walking_kmh: float = 4.5
    no_car: tuple[str, ...] = ()
    """Codes of ``kind`` where no car passes."""
    no_foot: tuple[str, ...] = ()
    """Codes of ``kind`` where nobody walks."""
    direction: str = ""
    """Coded field: «doble», «directo» (as the line is drawn), «inverso»; null is not known, and
    travelled both ways."""
    closed: str = ""
    """Boolean field: true where nobody passes."""
    tolerance_m: float = 0.5
    """Ends and vertices that near are one crossing."""
    even_side: str = ""
    """Side of even plates as numbers grow: «derecha» or «izquierda»; empty is not known."""
    offset_m: float = 8.0
    """From the middle of the street to the houses."""

    def __post_init__(self) -> None:
        if self.even_side not in EVEN_SIDES or self.offset_m < 0:
            raise ContractError(
                f"«even_side» es {' o '.join(EVEN_SIDES[1:])}, o vacío; «offset_m», 0 o más",
                field="network.even_side",
            )
        for name in ("car_kmh", "no_car", "no_foot"):
            check_tuple(getattr(self, name), tuple if name == "car_kmh" else str, f"network.{name}")
        if (self.car_kmh or self.no_car or self.no_foot) and not self.kind:
            raise ContractError(
                "«car_kmh», «no_car» y «no_foot» nombran códigos: diga también «kind»",
                field="network.kind",
            )
        speeds = (self.default_kmh, self.walking_kmh, *(speed for _, speed in self.car_kmh))
        if min(speeds) <= 0 or self.tolerance_m <= 0:
            raise ContractError("Velocidades y tolerancia son mayores que 0", field="network")


EVEN_SIDES = ("", "derecha", "izquierda")
DIRECTIONS = ("doble", "directo", "inverso")
"""Codes that a network's ``direction`` may have."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which settlements may have what this layer's features are, and why not the others.

    Each feature stands for the settlement it serves. A process of its own, asked like any other;
    its criteria are read here and nowhere else.
    """

    id: str
    title: str
    settlement: str
    """Field with the name of the settlement that the feature serves."""
    places: str
    """Layer of the settlements that are officially recognised, known by their ``label``."""
    people: str
    """Field with the settlement's inhabitants; null is not known, and said so."""
    people_source: str
    """Field that says where that number comes from: without it, it does not count."""
    minimum_people: int
    services: tuple[str, ...]
    """Layers whose features give the service already; those of the settlement itself in this
    layer do not count."""
    distance_m: float
    """With any of ``services`` nearer than this there is no need of another."""
    not_working: tuple[tuple[str, str], ...] = ()
    """Field and code of services that are known to give none, and do not count."""

    def __post_init__(self) -> None:
        check_name(self.id.replace("-", "_"), "proceso")
        check_tuple(self.services, str, "eligibility.services")
        check_tuple(self.not_working, tuple, "eligibility.not_working")
        if self.minimum_people < 0 or self.distance_m <= 0 or not self.services:
            raise ContractError(
                "Los criterios son una población mínima, una distancia mayor que 0 y al menos una "
                "capa de servicios",
                field="eligibility",
            )

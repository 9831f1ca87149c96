"""The contract of a layer: one frozen value from which everything else is derived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gis.contract import coherence
from gis.contract.access import Access
from gis.contract.checks import check_kind, check_name, check_tuple, meant
from gis.contract.derived import Aggregate, Counted, Register, check_aggregates, check_secrecy
from gis.contract.questioned import check_codes_asked, check_questions
from gis.contract.style import Style
from gis.contract.types import Coded, Reference
from gis.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.codelists import Code
    from gis.contract.fields import Extent, Field, Geometry
    from gis.contract.metadata import Announcement, Frequency, Metadata
    from gis.contract.questions import Eligibility, Here, Network, Place
    from gis.contract.rules import Rule


@dataclass(frozen=True, slots=True)
class Tiles:
    """Zooms at which a layer is drawn, and the columns its tiles carry.

    Up to ``detail_zoom`` a tile carries only what style and label need and ``overview``; from it
    on, every field of the reader's access class.
    """

    minzoom: int = 8
    maxzoom: int = 16
    overview: tuple[str, ...] = ()
    detail_zoom: int = 13

    def __post_init__(self) -> None:
        if not 0 <= self.minzoom <= self.maxzoom <= 22:
            raise ContractError(
                f"Los zooms {self.minzoom}–{self.maxzoom} no son 0 ≤ minzoom ≤ maxzoom ≤ 22",
                field="tiles",
            )


TAKEN = frozenset({"calendario", "cambios", "publicaciones"})
"""Addresses below ``/datos`` that are pages."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a portal lists: a filter and a choice of public fields over a layer (DCAT Dataset)."""

    name: str
    title: str = ""
    """Empty: the layer's title."""
    description: str = ""
    """Empty: the layer's abstract."""
    where: str = ""
    """CQL2 text over public fields; empty for all features."""
    fields: tuple[str, ...] = ()
    """Empty: every public field, in the layer's order."""
    targets: tuple[str, ...] = ("estatico",)
    frequency: Frequency | None = None
    """None: the layer's."""
    category: str = ""
    """Category of the portal; empty: the topic's label."""
    aggregate: Aggregate | None = None
    """None: the rows themselves leave. Else they are counted, and the counts are what leaves."""

    def __post_init__(self) -> None:
        check_name(self.name.replace("-", "_"), "conjunto de datos")
        if self.name in TAKEN:
            raise ContractError(
                f"El conjunto de datos no puede llamarse «{self.name}»: esa dirección es de una "
                "página del catálogo",
                field="datasets.name",
            )
        check_tuple(self.fields, str, "datasets.fields", dataset=self.name)
        check_tuple(self.targets, str, "datasets.targets", dataset=self.name)
        if self.aggregate is not None:
            check_kind(self.aggregate, Aggregate, "datasets.aggregate", dataset=self.name)


@dataclass(frozen=True, slots=True)
class Layer:
    """One thematic layer. ``geometry`` None makes it a table, handled the same way."""

    name: str
    title: str
    geometry: Geometry | None
    key: tuple[str, ...]
    """Fields that tell one feature from another; empty: its content, and then only ``replace``."""
    fields: tuple[Field, ...]
    metadata: Metadata
    style: Style = Style()  # noqa: RUF009 (frozen)
    tiles: Tiles = Tiles()
    rules: tuple[Rule, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    extent: Extent | None = None
    """Where its features must lie (CRS84); None: the entity's extent."""
    time: tuple[str, ...] = ()
    """Field with the feature's own time, or two: start and end (OGC ``datetime``)."""
    label: str = ""
    """Field that names a feature to people; empty: its id."""
    here: Here | None = None
    """What it says of a place that somebody asks about."""
    place: Place | None = None
    """Its features are places that addresses and searches name."""
    network: Network | None = None
    """Its lines are streets: ways to go, and what addresses are said by."""
    people: str = ""
    """Field that counts who lives in each feature (census blocks)."""
    eligibility: Eligibility | None = None
    """A question of its own: which settlements may have one more of these."""
    access: Access = Access.PUBLICA
    """Who may know of its rows, one by one. Where not public, nobody else is told how many there
    are, nor when they change."""
    derived: Register | Counted | None = None
    """What the system makes its rows of; None: they are delivered. The catalogue fills it in for
    an aggregated dataset, which is a layer of its own."""
    announcements: tuple[Announcement, ...] = ()
    """Changes to come, which the feed of changes tells."""
    overrides: bool = False
    """True where this declaration takes the place of one of the same name read before it."""

    def __post_init__(self) -> None:
        check_name(self.name, "capa")
        try:
            self._check()
        except ContractError as error:
            raise ContractError(error.message, **{"layer": self.name, **error.context}) from None

    def _check(self) -> None:
        coherence.check_kinds(self)
        coherence.check_fields(self)
        check_tuple(self.datasets, Dataset, "datasets")
        coherence.check_key(self)
        coherence.check_mentions(self)
        coherence.check_rules(self)
        coherence.check_datasets(self)
        check_questions(self)
        check_secrecy(self)
        check_aggregates(self)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of all fields, in declared order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field so named; KeyError when the layer does not declare it."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def is_for(self, access: Access) -> bool:
        """Whether somebody cleared for ``access`` sees its rows; else it is not there for them."""
        return access.covers(self.access)

    def fields_for(self, access: Access) -> tuple[Field, ...]:
        """The fields that somebody cleared for ``access`` may see, in declared order."""
        return tuple(field for field in self.fields if access.covers(field.access))

    def geometry_for(self, access: Access) -> bool:
        """Whether somebody cleared for ``access`` sees a geometry, be it coarsened."""
        if self.geometry is None:
            return False
        return access.covers(self.geometry.access) or self.geometry.coarsen_m is not None

    @property
    def referenced_layers(self) -> tuple[str, ...]:
        """Layers whose features this one's fields refer to."""
        return tuple(f.type.layer for f in self.fields if isinstance(f.type, Reference))

    def with_codes(self, codelists: Mapping[str, tuple[Code, ...]]) -> Layer:
        """The layer with each coded field's list filled in; names the list that is missing."""
        fields = tuple(_listed(field, codelists, self) for field in self.fields)
        filled = replace(self, fields=fields)
        coherence.check_codes(filled)
        check_codes_asked(filled)
        return filled


def _listed(field: Field, codelists: Mapping[str, tuple[Code, ...]], layer: Layer) -> Field:
    if not isinstance(field.type, Coded) or field.type.listed:
        return field
    if field.type.codelist not in codelists:
        raise ContractError(
            f"No existe la lista de códigos «{field.type.codelist}»"
            f"{meant(field.type.codelist, codelists)}: cree "
            f"_codelists/{field.type.codelist}.csv junto a la declaración",
            layer=layer.name,
            field=field.name,
        )
    return replace(field, type=replace(field.type, listed=codelists[field.type.codelist]))

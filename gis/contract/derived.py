"""Layers that nobody delivers: the system makes their rows, and from there on they are layers.

An :class:`Aggregate` counts the rows of another layer without letting anybody be told apart; a
:class:`Register` lists what the declarations themselves say.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from gis.contract.access import Access
from gis.contract.checks import check_kind, check_tuple, meant
from gis.errors import ContractError

if TYPE_CHECKING:
    from gis.contract.layer import Dataset, Layer

SMALLEST_K = 3
CELL, PERIOD, FIRST, LAST, WITHHELD = "celda", "periodo", "desde", "hasta", "reservado"
MADE = (CELL, PERIOD, FIRST, LAST, WITHHELD)
"""Fields that every aggregated dataset has, beside those it is grouped by."""


class Period(Enum):
    """Stretch of time that a row of an aggregated dataset counts: months, and how it is told."""

    YEAR = 12
    SEMESTER = 6
    QUARTER = 3
    MONTH = 1


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How a dataset counts the rows of its layer, so that no cell of fewer than ``k`` leaves, nor
    can be worked out from the others."""

    of: str
    """Date field that says in which period a row counts."""
    period: Period
    by: tuple[str, ...]
    """Fields whose values, together, make a cell. Their values are public in the count."""
    k: int = 10
    """Fewest rows that a cell may tell, and width of doubt left about each one withheld."""
    settle_days: int = 60
    """Days after its end from which a period is complete: it is counted once and stays so."""
    sums: tuple[str, ...] = ()
    """Numeric fields that are added up in each cell."""
    count: str = "cantidad_casos"
    """Name of the field with the number of rows."""
    count_label: str = "Casos"
    area: str = ""
    """Layer whose features, by the value of the first of ``by``, give each cell its shape."""
    grid_m: float | None = None
    """Side in metres of the squares that cells are also made of, where rows are points."""

    def __post_init__(self) -> None:
        check_kind(self.period, Period, "aggregate.period")
        check_tuple(self.by, str, "aggregate.by")
        check_tuple(self.sums, str, "aggregate.sums")
        if self.k < SMALLEST_K:
            raise ContractError(
                f"Con k = {self.k} se reconoce a las personas: debe ser {SMALLEST_K} o más",
                field="aggregate.k",
            )
        if self.grid_m is not None and (self.grid_m <= 0 or self.area):
            raise ContractError(
                "La cuadrícula tiene lado positivo, y va en lugar de «area»",
                field="aggregate.grid_m",
            )
        if not self.by and self.grid_m is None:
            raise ContractError("Diga por qué se agrupa: «by» o «grid_m»", field="aggregate.by")
        if self.area and not self.by:
            raise ContractError("«area» se une por el primero de «by»", field="aggregate.area")


class Register(StrEnum):
    """A register that the law asks for and the declarations already say."""

    ASSETS = "activos"
    """Registro de activos de información (Ley 1712 de 2014, art. 13)."""
    WITHHELD = "indice"
    """Índice de información clasificada y reservada (art. 20)."""
    SCHEME = "esquema"
    """Esquema de publicación (art. 12)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Where the rows of an aggregated layer come from."""

    layer: str
    where: str
    """CQL2 text over the fields of that layer, whatever their class; empty for all rows."""
    aggregate: Aggregate


def check_aggregates(layer: Layer) -> None:
    """Raise when an aggregated dataset names what the layer does not have, or there are two."""
    aggregated = [dataset for dataset in layer.datasets if dataset.aggregate is not None]
    if len(aggregated) > 1:
        raise ContractError(
            f"Los conjuntos «{aggregated[0].name}» y «{aggregated[1].name}» cuentan las mismas "
            "filas: con las dos cuentas se podría deducir lo que cada una calla. Deje uno",
            field="datasets",
        )
    for dataset in aggregated:
        _check_aggregate(layer, dataset)


def _check_aggregate(layer: Layer, dataset: Dataset) -> None:
    counting = dataset.aggregate
    assert counting is not None
    for word, names, kinds in (
        ("of", (counting.of,), ("date", "timestamp")),
        ("by", counting.by, ("text", "integer", "boolean")),
        ("sums", counting.sums, ("integer", "number")),
    ):
        for name in names:
            if name not in layer.field_names:
                raise ContractError(
                    f"«aggregate.{word}» nombra el campo «{name}», que la capa no declara"
                    f"{meant(name, layer.field_names)}",
                    field=name,
                )
            if layer.field(name).type.kind not in kinds:
                raise ContractError(
                    f"«aggregate.{word}» no vale para el tipo de «{name}»", field=name
                )
    if dataset.fields:
        raise ContractError(
            "Un conjunto agregado no escoge campos: los dice «aggregate»", field="datasets.fields"
        )
    if counting.grid_m is not None and (layer.geometry is None or layer.geometry.dimension != 0):
        raise ContractError("La cuadrícula es para capas de puntos", field="aggregate.grid_m")


def check_secrecy(layer: Layer) -> None:
    """Raise when a layer whose rows are not public says that something of them is."""
    if layer.access is Access.PUBLICA:
        return
    for field in layer.fields:
        if not field.access.covers(layer.access):
            raise ContractError(
                f"La capa es {layer.access.name}: «{field.name}» no puede ser "
                f"{field.access.name}. Lo que de ella se publica es un conjunto con «aggregate»",
                field=field.name,
            )
    shape = layer.geometry
    if shape is not None and (not shape.access.covers(layer.access) or shape.coarsen_m):
        raise ContractError(
            f"La capa es {layer.access.name}: su geometría también debe serlo, sin «coarsen_m»",
            field="geometry.access",
        )
    for dataset in layer.datasets:
        if dataset.aggregate is None:
            raise ContractError(
                f"El conjunto «{dataset.name}» publicaría filas que no son públicas: agréguele "
                "«aggregate»",
                field="datasets",
            )

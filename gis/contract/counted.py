"""The layer that an aggregated dataset is: its fields and words follow from those it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gis.contract.access import Access
from gis.contract.derived import CELL, FIRST, LAST, PERIOD, WITHHELD, Counted
from gis.contract.fields import Field, Geometry
from gis.contract.layer import Layer, Tiles
from gis.contract.style import Style, Symbol
from gis.contract.types import Boolean, Date, Decimal, Integer, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.contract.derived import Aggregate
    from gis.contract.layer import Dataset

PURPLE = "#6a51a3"


def counted_layers(layer: Layer) -> Iterator[Layer]:
    """The aggregated datasets of ``layer`` (codes filled in), each as a layer of its own."""
    for dataset in layer.datasets:
        if dataset.aggregate is not None:
            yield _counted(layer, dataset, dataset.aggregate)


def without_counts(layer: Layer) -> Layer:
    """``layer`` with only the datasets whose rows leave one by one."""
    return replace(layer, datasets=tuple(d for d in layer.datasets if d.aggregate is None))


def _counted(layer: Layer, dataset: Dataset, counting: Aggregate) -> Layer:
    metadata = replace(
        layer.metadata,
        abstract=dataset.description or layer.metadata.abstract,
        lineage=f"{layer.metadata.lineage} {_how(counting)}",
        frequency=dataset.frequency or layer.metadata.frequency,
    )
    shaped = counting.area or counting.grid_m
    return Layer(
        name=dataset.name,
        title=dataset.title or layer.title,
        geometry=Geometry("MultiPolygon", required=False) if shaped else None,
        key=(CELL,),
        fields=(*_fields(layer, counting),),
        metadata=metadata,
        style=Style(symbol=Symbol(color=PURPLE, outline="#ffffff", opacity=0.5)),
        tiles=Tiles(minzoom=9, maxzoom=15),
        datasets=(replace(dataset, aggregate=None, where="", title="", description=""),),
        extent=layer.extent,
        time=(FIRST, LAST),
        label=CELL,
        derived=Counted(layer.name, dataset.where, counting),
    )


def _fields(layer: Layer, counting: Aggregate) -> Iterator[Field]:
    yield _made(CELL, Text(), "Celda", "Periodo y grupo que se cuentan juntos.", required=True)
    yield _made(PERIOD, Text(), "Periodo", "Periodo contado, cuando ya cerró.", required=True)
    yield _made(FIRST, Date(), "Desde", "Primer día del periodo.", required=True)
    yield _made(LAST, Date(), "Hasta", "Último día del periodo.", required=True)
    for name in counting.by:
        field = layer.field(name)
        yield replace(
            field, access=Access.PUBLICA, required=False, legal_basis="", formerly="",
            source_names=(), sortable=False,
        )  # fmt: skip
    yield _made(
        counting.count,
        Integer(minimum=0),
        counting.count_label,
        f"Cuántos hay en la celda; vacío si son menos de {counting.k}, o si con este número se "
        "pudiera deducir otro que se calla.",
    )
    for name in counting.sums:
        field = layer.field(name)
        unit = field.type.unit
        kind = Integer(measure=unit) if field.type.kind == "integer" else Decimal(measure=unit)
        yield _made(name, kind, field.label, f"Suma en la celda. {field.definition}")
    yield _made(
        WITHHELD,
        Boolean(),
        "Reservado",
        "Verdadero donde el número se calla para que nadie pueda ser reconocido.",
        required=True,
    )


def _made(
    name: str, kind: Text | Date | Integer | Decimal | Boolean, label: str, definition: str,
    *, required: bool = False,
) -> Field:  # fmt: skip
    return Field(name, kind, label, definition, Access.PUBLICA, required=required)


def _how(counting: Aggregate) -> str:
    return (
        f"Contado por periodos cerrados ({counting.settle_days} días después de su fin, y una sola "
        f"vez). No se informa ninguna celda de menos de {counting.k}, ni otras con las que se "
        "pudiera deducir; las celdas que no aparecen son cero."
    )

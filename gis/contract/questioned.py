"""Whether what a declaration says of questions agrees with its fields; each contradiction named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.access import Access
from gis.contract.checks import check_kind, meant
from gis.contract.coherence import declared
from gis.contract.questions import DIRECTIONS, Eligibility, Here, Network, Place, Relation
from gis.contract.types import Boolean, Coded, Decimal, Integer, Text
from gis.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.contract.layer import Layer

WORDS = {"here": Here, "place": Place, "network": Network, "eligibility": Eligibility}
DIMENSIONS = {
    "here": (0, 1, 2),
    "eligibility": (0,),
    "place": (0, 2),
    "network": (1,),
    "people": (0, 2),
}
"""Shapes of the layers that each word is for: points, lines, surfaces."""


def check_questions(layer: Layer) -> None:
    """Raise when a word of the questions is of another kind, for another shape, or names a field
    that is not declared, not public, or not of the type it needs."""
    for word, kind in WORDS.items():
        value = getattr(layer, word)
        if value is not None:
            check_kind(value, kind, word)
    for word, dimensions in DIMENSIONS.items():
        if getattr(layer, word) and (
            layer.geometry is None or layer.geometry.dimension not in dimensions
        ):
            shapes = " o ".join(("puntos", "líneas", "superficies")[d] for d in dimensions)
            raise ContractError(f"«{word}» es para capas de {shapes}", field=word)
    for where, name, types in _named(layer):
        field = declared(layer, name, f"«{where}» nombra el campo")
        if field.access is not Access.PUBLICA:
            raise ContractError(
                f"«{where}» se responde a todos: «{name}» debe ser PUBLICA", field=name
            )
        if types and not isinstance(field.type, types):
            raise ContractError(f"«{where}» no vale para el tipo de «{name}»", field=name)
    _check_here(layer)
    if layer.place is not None and not (layer.place.names or layer.label):
        raise ContractError("Un lugar tiene nombre: diga «label» o «place.names»", field="place")


def check_codes_asked(layer: Layer) -> None:
    """Raise when a code named by the network is not in its list, or advice has no source."""
    if layer.network is not None:
        _check_network_codes(layer, layer.network)
    if layer.here is not None and layer.here.advice:
        for code in layer.field(layer.here.advice).type.codes:
            if code.advice and not code.source:
                raise ContractError(
                    f"El consejo del código «{code.code}» no dice su fuente (columna source)",
                    layer=layer.name,
                    field=layer.here.advice,
                )


def _named(layer: Layer) -> Iterator[tuple[str, str, tuple[type, ...]]]:
    """Each field that is named: where, its name, and the types it may have (none: any)."""
    here, place, network = layer.here, layer.place, layer.network
    if here is not None:
        yield from (("here.fields", name, ()) for name in here.fields)
        for word in ("level", "advice", "cases"):
            if name := getattr(here, word):
                yield f"here.{word}", name, (Coded,)
        if here.scale_by:
            yield "here.scale_by", here.scale_by, (Integer,)
        if here.reach_by:
            yield "here.reach_by", here.reach_by, (Integer, Decimal)
        if here.latest_by:
            yield "here.latest_by", here.latest_by, ()
    if place is not None:
        yield from (("place.names", name, (Text,)) for name in place.names)
    if network is not None:
        yield "network.name", network.name, (Text,)
        for word, kind in (("kind", Coded), ("direction", Coded), ("closed", Boolean)):
            if name := getattr(network, word):
                yield f"network.{word}", name, (kind,)
    asked = layer.eligibility
    if asked is not None:
        yield "eligibility.settlement", asked.settlement, (Text,)
        yield "eligibility.people", asked.people, (Integer,)
        yield "eligibility.people_source", asked.people_source, (Text,)
    if layer.people:
        yield "people", layer.people, (Integer,)


def _check_here(layer: Layer) -> None:
    here = layer.here
    if here is None or layer.geometry is None:
        return
    if here.relation is Relation.COVERS and layer.geometry.dimension != 2:
        raise ContractError("Solo una superficie cubre un lugar (COVERS)", field="here.relation")
    if here.cases and here.cases not in here.fields:
        raise ContractError("«cases» es uno de los campos que se cuentan", field="here.cases")
    if here.scale_by:
        kind = layer.field(here.scale_by).type
        if isinstance(kind, Integer) and kind.maximum is None:
            raise ContractError(
                "«scale_by» necesita el mayor denominador posible: diga «maximum» en su campo",
                field="here.scale_by",
            )
    if here.latest_by and len(layer.time) == 0:
        raise ContractError(
            "«latest_by» necesita saber cuál es el más reciente: declare «time»",
            field="here.latest_by",
        )


def _check_network_codes(layer: Layer, network: Network) -> None:
    if network.kind:
        known = {code.code for code in layer.field(network.kind).type.codes}
        for name in (*network.no_car, *network.no_foot, *(name for name, _ in network.car_kmh)):
            if name not in known:
                raise ContractError(
                    f"«network» nombra el código «{name}», que no está en la lista"
                    f"{meant(name, known)}",
                    layer=layer.name,
                    field=network.kind,
                )
    if network.direction:
        strange = {code.code for code in layer.field(network.direction).type.codes}
        strange -= set(DIRECTIONS)
        if strange:
            raise ContractError(
                f"Los sentidos de una vía son {', '.join(DIRECTIONS)}; sobra {min(strange)}",
                layer=layer.name,
                field=network.direction,
            )

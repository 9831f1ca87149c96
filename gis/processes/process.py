"""A question that can be asked: one value per module, from which API, jobs and pages follow.

Terms are those of OGC API Processes Part 1 (18-062r2). Coordinates that come in or go out are
longitude and latitude (CRS84); what is computed is computed in the storage CRS, in metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gis.contract.checks import meant
from gis.errors import InvalidRequest
from gis.processes.inputs import Cql2, LayerOf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gis.contract.catalog import Catalog
    from gis.processes.ground import Ground
    from gis.processes.inputs import Condition, Kind

Json = dict[str, Any]
QUALIFIED = frozenset({"value", "mediaType", "encoding", "schema"})
RESULT = "resultado"
"""The one output that each process has: a JSON document."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a process is told."""

    name: str
    kind: Kind
    title: str
    description: str = ""
    default: Any = None
    required: bool = False
    """Whether it must be given; what is not required and not given is ``default``."""


def _anything(values: Mapping[str, Any], catalog: Catalog) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Process:
    """One question. ``run`` gets the inputs by name, read and complete, and answers with the
    members of the result; what it rests on is added by :func:`gis.processes.execute`."""

    id: str
    title: str
    description: str
    inputs: tuple[Input, ...]
    run: Callable[[Ground, Mapping[str, Any]], Json] = field(compare=False)
    output: Json
    """JSON Schema of the result's own members."""
    example: Callable[[Catalog], Json] = field(compare=False)
    """Inputs with which it answers for a catalog."""
    keywords: tuple[str, ...] = ()
    is_long: bool = False
    """Whether it may outlast a request: it then is best asked as a job."""
    check: Callable[[Mapping[str, Any], Catalog], None] = field(default=_anything, compare=False)
    """Refuses inputs, each right by itself, that do not go together."""
    version: str = "1.0.0"

    def read(self, given: Any, catalog: Catalog) -> dict[str, Any]:
        """The inputs as ``run`` takes them. :class:`InvalidRequest`, naming the input, for one
        that does not exist, is missing, or is not what it should be: whatever can be told
        without looking at the data is told here, before a job is made of it."""
        if not isinstance(given, dict):
            raise InvalidRequest("«inputs» debe ser un objeto JSON", parameter="inputs")
        known = {one.name: one for one in self.inputs}
        for name in given:
            if name not in known:
                raise InvalidRequest(
                    f"El proceso «{self.id}» no tiene la entrada «{name}»{meant(name, known)}; "
                    f"tiene {', '.join(known) or 'ninguna'}",
                    parameter=name,
                )
        values = {one.name: _value(one, given, catalog) for one in self.inputs}
        for one in self.inputs:
            if isinstance(one.kind, Cql2) and values[one.name] is not None:
                _check_filter(values[one.name], values[one.kind.of])
        self.check(values, catalog)
        return values

    def is_offered(self, catalog: Catalog) -> bool:
        """Whether the catalog has the layers without which nobody can ask."""
        return all(
            any(map(one.kind.suits, catalog))
            for one in self.inputs
            if isinstance(one.kind, LayerOf) and (one.required or one.kind.first)
        )


def somewhere(catalog: Catalog) -> list[float]:
    """A place of the municipality, for examples: longitude and latitude."""
    if catalog.entity.center is not None:
        return list(catalog.entity.center)
    west, south, east, north = catalog.entity.extent.as_tuple()
    return [(west + east) / 2, (south + north) / 2]


def _value(one: Input, given: Mapping[str, Any], catalog: Catalog) -> Any:
    if one.name not in given:
        return _otherwise(one, catalog)
    value = _unwrapped(one.name, given[one.name])
    if value is None:
        raise InvalidRequest(
            f"«{one.name}» viene vacía (null): quítela si no hay qué decir", parameter=one.name
        )
    return one.kind.read(one.name, value, catalog)


def _check_filter(wanted: Condition, named: Any) -> None:
    """Refuse a filter over fields that a layer named beside it does not have."""
    for layer in named if isinstance(named, tuple) else (named,):
        if layer is not None:
            wanted.check(layer)


def _otherwise(one: Input, catalog: Catalog) -> Any:
    """What an input is when nobody gives it."""
    if one.required:
        raise InvalidRequest(f"Falta la entrada «{one.name}»: {one.title}", parameter=one.name)
    if isinstance(one.kind, LayerOf) and one.kind.first:
        return catalog.layer(one.kind.names(catalog)[0])
    return one.default


def _unwrapped(name: str, value: Any) -> Any:
    """The value itself, also where it comes qualified (``{"value": …}``, clause 7.11.2.2)."""
    if isinstance(value, dict) and "href" in value and "type" not in value:
        raise InvalidRequest(
            f"«{name}» debe venir en la solicitud: este servicio no busca valores en otras "
            "direcciones",
            parameter=name,
        )
    if isinstance(value, dict) and {"value"} <= set(value) <= QUALIFIED:
        return value.get("value")
    return value

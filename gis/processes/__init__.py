"""Questions about places and layers, as processes: each module with a ``PROCESS`` is one, and each
layer that declares an ``eligibility`` is one more."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any

from gis.errors import NotFound
from gis.processes.eligibility import of_layer
from gis.processes.ground import Ground, Shared
from gis.processes.process import RESULT, Input, Process

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gis.contract.catalog import Catalog


def processes(catalog: Catalog) -> dict[str, Process]:
    """Every process that can be asked of ``catalog``, by id."""
    return {one.id: one for one in _known(catalog) if one.is_offered(catalog)}


def process(catalog: Catalog, name: str) -> Process:
    """The process so named; :class:`NotFound` otherwise."""
    for one in _known(catalog):
        if one.id == name and one.is_offered(catalog):
            return one
    raise NotFound(f"No existe el proceso «{name}»", process=name)


def execute(one: Process, ground: Ground, given: Any) -> dict[str, Any]:
    """The answer of a process to the inputs ``given``, with what it rests on.

    Raises :class:`gis.errors.InvalidRequest` for inputs that are wrong.
    """
    return answer(one, ground, one.read(given, ground.catalog))


def answer(one: Process, ground: Ground, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same for inputs that have been read."""
    return {**one.run(ground, values), **ground.told()}


def _known(catalog: Catalog) -> Iterator[Process]:
    yield from _found()
    yield from (of_layer(layer) for layer in catalog if layer.eligibility is not None)


@cache
def _found() -> tuple[Process, ...]:
    modules = [
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    ]
    return tuple(module.PROCESS for module in modules if hasattr(module, "PROCESS"))


__all__ = [
    "RESULT",
    "Ground",
    "Input",
    "Process",
    "Shared",
    "answer",
    "execute",
    "process",
    "processes",
]

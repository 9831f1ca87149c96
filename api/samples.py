"""The entity's demonstration deliveries, loaded into layers that never had data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis import changesets, conform, store
from gis.contract import Access
from gis.errors import DeliveryRefused
from gis.findings import blocking
from gis.surroundings import CurrentFeatures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.wiring import System
    from gis.contract import Layer

ACTOR = "sig up"
NOTE = "Datos de demostración que vienen con el sistema"


def pending(system: System) -> list[tuple[Layer, Path]]:
    """Layers without any changeset that have a sample, with its file; references first."""
    folder = system.catalog.entity.samples
    if folder is None:
        return []
    files = {path.stem: path for path in sorted(folder.iterdir()) if path.is_file()}
    with system.reader.connect() as connection:
        states = store.layer_states(connection, Access.PUBLICA)
    return [
        (layer, files[layer.name])
        for layer in system.catalog
        if layer.name in files and states[layer.name].changeset is None
    ]


def load(system: System, deliveries: list[tuple[Layer, Path]]) -> Iterator[tuple[Layer, int]]:
    """Load each delivery as demonstration; gives each layer with how many features it got.

    Raises :class:`DeliveryRefused` when a sample breaks its own layer's rules.
    """
    surroundings = CurrentFeatures(system.engine, system.catalog, demonstration=True)
    for layer, path in deliveries:
        conformed = conform.prepare(
            path,
            layer,
            extent=system.catalog.entity.extent,
            surroundings=surroundings,
        )
        stopping = blocking(conformed.findings)
        if stopping:
            raise DeliveryRefused(
                f"La muestra {path.name} no cumple la declaración de «{layer.name}»: "
                f"{stopping[0].message}",
                conformed.findings,
                layer=layer.name,
                file=path.name,
            )
        report = changesets.load(
            system.engine, layer, conformed, demonstration=True, actor=ACTOR, note=NOTE
        )
        yield layer, report.added

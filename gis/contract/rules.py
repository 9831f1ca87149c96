"""Rules over rows: what the types cannot say. Values with a pure ``check``.

A rule gets the conformed rows (fields with their declared names and types; for a layer with
geometry a ``GeoDataFrame`` in EPSG:9377; the index is the row number of the source) and a
:class:`Surroundings` to look at other layers. It never changes its input.

The contract checks what a rule names: fields of its layer in attributes called ``field``,
``fields``, ``earlier``, ``later``, ``by``, ``holder`` or ``kind``, another layer in ``layer``;
``spatial`` True marks a rule that a table cannot have; ``kinds`` are those of the fields it reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from gis.findings import Finding, Severity


class Surroundings(Protocol):
    """What a rule may know besides the rows themselves."""

    def features(self, layer: str) -> gpd.GeoDataFrame | None:
        """Current features of another layer in EPSG:9377; None when it has none or is unknown."""
        ...


@runtime_checkable
class Rule(Protocol):
    """One rule. ``id`` is stable and in kebab-case; it is what findings and measures cite."""

    @property
    def id(self) -> str: ...

    @property
    def severity(self) -> Severity: ...

    def check(self, rows: gpd.GeoDataFrame, surroundings: Surroundings) -> Iterable[Finding]:
        """The findings, with ``row`` from the index; empty when the rows keep the rule."""
        ...

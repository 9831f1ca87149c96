"""What datasets are called on portals that give names of their own, remembered in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.publications import asset, remember_asset

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class StoredAssets:
    """Each reading and each writing is a transaction of its own: a name is kept as soon as the
    portal gave it, whatever comes of the publication."""

    engine: sa.Engine

    def get(self, target: str, dataset: str) -> str | None:
        """The portal's name of ``dataset``; None when it never was there."""
        with self.engine.connect() as conn:
            return asset(conn, target, dataset)

    def put(self, target: str, dataset: str, identifier: str) -> None:
        """Remember it."""
        with self.engine.begin() as conn:
            remember_asset(conn, target, dataset, identifier)

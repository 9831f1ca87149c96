"""How to get from the place to what is near: over a network where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gis.here.answer import Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from gis.here.answer import LonLat


class Walks(Protocol):
    """Ways on foot from one place to many, in the snapshot of ``conn``."""

    def to(
        self, conn: sa.Connection, place: LonLat, targets: Sequence[LonLat]
    ) -> Sequence[Walk | None]:
        """A way to each of ``targets``, None where the network does not lead."""
        ...


class NoNetwork:
    """Where there are no streets to walk on: every distance is a straight one."""

    def to(
        self, conn: sa.Connection, place: LonLat, targets: Sequence[LonLat]
    ) -> Sequence[Walk | None]:
        """None for each."""
        return [None] * len(targets)


def straight(metres: float) -> Walk:
    """What is known of a way when no network leads there."""
    return Walk(metres)

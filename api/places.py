"""What the questions about a place need of a server: whom to ask, how to find, how to vouch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

from gis.features import reading
from gis.geocode.kept import KeptGazetteer
from gis.here import Asking, Spot, ask
from gis.here import code as codes
from gis.here.finder import Finder, OnlyCoordinates, coordinates
from gis.here.geocoder import Geocoder
from gis.here.signing import Keys, read_keys
from gis.here.statement import Statements
from gis.here.walks import OnStreets
from gis.store.away import answering

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from starlette.requests import Request

    from api.wiring import System
    from gis.here import Answer
    from gis.here.finder import Candidate
    from gis.processes import Shared


@dataclass(slots=True)
class Places:
    """One of these serves a process. Keys are read once, and again for a version not yet seen."""

    reader: sa.Engine
    owner: sa.Engine
    asking: Asking
    finder: Finder = field(default_factory=OnlyCoordinates)
    _keys: Keys | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def of(cls, system: System, shared: Shared) -> Places:
        """Over an open system, with what its processes share."""
        finder = Geocoder(system.catalog, shared.of(KeptGazetteer))
        asking = Asking(system.catalog, OnStreets.of(system.catalog), shared.of(Statements))
        return cls(system.reader, system.engine, asking, finder)

    def answer(self, spot: Spot) -> Answer:
        """All that is known of a place, with its address where there is one."""
        with reading(self.reader) as conn:
            named = None if spot.address else self.finder.address(conn, spot.lon, spot.lat)
            if named is not None:
                spot = replace(spot, address=named.text, error_m=named.error_m)
            return ask(conn, self.asking, spot)

    def candidates(self, text: str) -> Sequence[Candidate]:
        """Places that a text may mean."""
        exact = coordinates(text)
        if exact is not None:
            return (exact,)
        with reading(self.reader) as conn:
            return self.finder.candidates(conn, text)

    def code(self, answer: Answer) -> str:
        """The code that vouches for an answer; empty where none can."""
        version, secret = self._known().newest
        spot = answer.spot
        moment = answer.moment
        return codes.make(
            secret, version, codes.Issued(spot.lon, spot.lat, answer.chain.seq, moment)
        )

    def read_code(self, text: str) -> codes.Issued | None:
        """What a code says, None for one that is not ours."""
        return codes.read(text, self._secret)

    def _secret(self, version: int) -> bytes | None:
        known = self._known()
        if version not in known.secrets:
            known = self._known(again=True)
        return known.secrets.get(version)

    def _known(self, *, again: bool = False) -> Keys:
        with self._lock:
            if self._keys is None or again:
                with answering(), self.owner.connect() as conn:
                    self._keys = read_keys(conn)
            return self._keys


def places_of(request: Request) -> Places:
    """Those of the server."""
    found: Places = request.app.state.places
    return found

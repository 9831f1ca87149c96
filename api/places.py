"""What the questions about a place need of a server: whom to ask, how to find, how to vouch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gis.features import reading
from gis.geocode.kept import KeptGazetteer
from gis.here import Asking, Spot, ask
from gis.here import code as codes
from gis.here.finder import Finder, Finding, OnlyCoordinates, coordinates
from gis.here.geocoder import Geocoder
from gis.here.signing import Keys, read_keys
from gis.here.statement import Statements
from gis.here.walks import OnStreets
from gis.store.away import answering

if TYPE_CHECKING:
    import sqlalchemy as sa
    from starlette.requests import Request

    from api.wiring import System
    from gis.here import Answer
    from gis.here.finder import Candidate
    from gis.processes import Shared

TITLE = "¿Qué hay aquí?"
PRIVATE = {"Cache-Control": "private, no-cache"}
"""Where somebody asked about is theirs: no shared cache keeps it."""
DECIMALS = 5
"""Of a degree in addresses and codes: about one metre."""


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
            return ask(conn, self.asking, self.named(conn, spot))

    def named(self, conn: sa.Connection, spot: Spot) -> Spot:
        """The place with an address, where nobody has said one and there is one."""
        found = None if spot.address else self.finder.address(conn, spot.lon, spot.lat)
        return spot if found is None else replace(spot, address=found.text, error_m=found.error_m)

    def find(self, text: str) -> Finding:
        """What a text may mean."""
        exact = coordinates(text)
        if exact is not None:
            return Finding((exact,))
        with reading(self.reader) as conn:
            return self.finder.find(conn, text)

    def again(self, spot: Spot) -> Spot:
        """The place with what was said of it when it was found by its text, where it still is what
        the text means; as it is otherwise, or where it has none."""
        found = self.find(spot.asked).candidates if spot.asked else ()
        for each in found:
            known = meant(each, spot.asked)
            if (known.lon, known.lat) == (spot.lon, spot.lat):
                return replace(known, doubt_m=spot.doubt_m or known.doubt_m)
        return spot

    def code(self, answer: Answer) -> str:
        """The code that vouches for an answer; empty where none can."""
        version, secret = self._known().newest
        spot = answer.spot
        issued = codes.Issued(
            spot.lon,
            spot.lat,
            answer.chain.seq,
            answer.moment,
            math.ceil(spot.doubt_m),
            bool(spot.warnings),
        )
        return codes.make(secret, version, issued)

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


def meant(found: Candidate, asked: str) -> Spot:
    """The place that a text is taken for."""
    lon, lat = round(found.lon, DECIMALS), round(found.lat, DECIMALS)
    return Spot(
        lon,
        lat,
        False,
        address=found.label,
        error_m=found.error_m,
        asked=asked,
        kind=found.kind,
        doubt_m=found.error_m or 0.0,
        warnings=found.warnings,
    )


def where_of(spot: Spot) -> dict[str, str]:
    """The parameters that ask for the same place again."""
    where = {"lat": f"{spot.lat:.{DECIMALS}f}", "lon": f"{spot.lon:.{DECIMALS}f}"}
    if spot.doubt_m:
        where["error_m"] = f"{math.ceil(spot.doubt_m)}"
    if spot.asked:
        where["q"] = spot.asked
    return where


def path_of(spot: Spot) -> str:
    """Where the answer is on this server."""
    return f"/lugar?{urlencode(where_of(spot))}"


def address_of(request: Request, spot: Spot) -> str:
    """Where the answer can be asked again, whoever asks."""
    base = request.app.state.system.catalog.entity.base_url
    return f"{base}{path_of(spot)}"

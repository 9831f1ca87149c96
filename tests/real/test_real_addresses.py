"""Addresses as people of the city wrote them: how many are read, and found where there are streets.

No share says that a place is right: no street network of the city is at hand. ``located`` is over
the addresses all of whose streets are in the sample network, an imagined grid on the same site.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from gis.geocode.address import Address, Along, Between, Block, Crossing, Kilometre, Plate, Way
from gis.geocode.answer import Match
from gis.geocode.grammar import read
from gis.geocode.locate import locate
from gis.geocode.on_street import OnStreet
from tests.geocode import cities

if TYPE_CHECKING:
    from collections.abc import Callable

CITY = Path(os.environ["SIG_REAL_DATA"]) / "ibague"
NEAR = {Match.PLATE, Match.CROSSING, Match.BETWEEN}
"""What says where along a street."""


def written(name: str) -> list[str]:
    table: Any
    if name == "siniestros":
        table = pd.read_excel(CITY / "siniestros_viales.xlsx", sheet_name=0)["DIR"]
    elif name == "wifi":
        table = pd.read_csv(CITY / "wifi_zonas_vibra_ubicacion.csv")["DIRECCION"]
    else:
        table = pd.read_csv(CITY / "establecimientos_vigencia_muestra50.csv")["DIRECCION"]
    return [str(text) for text in table.dropna()]


def ways(address: Address) -> list[Way]:
    """The streets that an address needs."""
    form = address.form
    if isinstance(form, Plate):
        return [form.main, form.cross]
    if isinstance(form, Crossing):
        return [form.first, form.second]
    if isinstance(form, Between):
        return [form.street, form.first, form.second]
    return []


def are_there(address: Address) -> bool:
    """Whether the sample network has all its streets."""
    needed = ways(address)
    seeking = OnStreet(cities.sample().streets, address)
    main = needed[0] if needed else None
    return main is not None and all(
        any(seeking.named(way, tell=False) for way in seeking.usual(main, each)) for each in needed
    )


@pytest.mark.parametrize(
    ("name", "parsed", "on_street", "located"),
    [("siniestros", 0.995, 0.95, 0.9), ("establecimientos", 0.95, 0.55, 0.9),
     ("wifi", 0.99, 0.1, 0.8)],
)  # fmt: skip
def test_shares_of_real_addresses(
    name: str,
    parsed: float,
    on_street: float,
    located: float,
    record_property: Callable[[str, object], None],
) -> None:
    texts = written(name)
    readings = [read(text).address for text in texts]
    found = [address for address in readings if address is not None]
    streets = [
        a for a in found if isinstance(a.form, Plate | Crossing | Between | Along | Kilometre)
    ]
    with_streets = [text for text, a in zip(texts, readings, strict=True) if a and are_there(a)]
    answers = [locate(text, cities.sample()) for text in with_streets]
    placed = [a for a in answers if a.best is not None and a.best.match in NEAR]
    forms = Counter(type(a.form).__name__ for a in found)
    said = (
        f"{name}: {len(texts)} escritas, {len(found) / len(texts):.1%} leídas, "
        f"{1 - len(found) / len(texts):.1%} rechazadas, {len(streets) / len(texts):.1%} con vía; "
        f"con todas sus vías en la malla {len(with_streets)}, de ellas ubicadas "
        f"{len(placed) / len(with_streets):.1%}; {dict(forms)}"
    )
    record_property("shares", said)
    blocks = sum(isinstance(a.form, Block) for a in found)
    assert len(found) / len(texts) >= parsed, said
    assert (len(streets) + blocks) / len(texts) >= on_street, said
    assert len(placed) / len(with_streets) >= located, said

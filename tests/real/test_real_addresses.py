"""Addresses as people of the city wrote them: how many are read, and found where there are streets.

No share says that a place is right: no street network of the city is at hand. ``located`` is over
the addresses all of whose streets are in the sample network, an imagined grid on the same site.
"""

from __future__ import annotations

import logging
import math
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gis.geocode import network, places
from gis.geocode.address import (
    Address,
    Along,
    Between,
    Block,
    Crossing,
    Kilometre,
    Plate,
    Way,
    WayKind,
)
from gis.geocode.answer import Match
from gis.geocode.gazetteer import Gazetteer
from gis.geocode.grammar import read
from gis.geocode.locate import locate
from gis.geocode.network import Stretches
from gis.geocode.on_street import OnStreet
from tests.geocode import cities

log = logging.getLogger("sig.real")
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
    log.info("%s", said)
    blocks = sum(isinstance(a.form, Block) for a in found)
    assert len(found) / len(texts) >= parsed, said
    assert (len(streets) + blocks) / len(texts) >= on_street, said
    assert len(placed) / len(with_streets) >= located, said


@pytest.mark.parametrize("name", ["siniestros", "establecimientos", "wifi"])
def test_no_address_of_the_city_is_taken_for_another_town(name: str) -> None:
    """Barrios with the name of a town are only warned of, and few."""
    answers = [locate(text, cities.sample()) for text in written(name)]
    assert not [answer.text for answer in answers if "no es de" in answer.why]
    warned = sum(
        any("otra población" in warning for warning in answer.best.warnings)
        for answer in answers
        if answer.best is not None
    )
    log.info("%s: %d de %d con la advertencia de otra población", name, warned, len(answers))
    assert warned / len(answers) < 0.02


def cali() -> Gazetteer:
    """Municipal streets of a comuna of Cali, with their real nomenclature."""
    roads = gpd.read_file(CITY.parent / "vias" / "cali_comuna15_vias.geojson").to_crs(9377)
    names = [name if isinstance(name, str) else None for name in roads["nombre"]]
    shapes = np.array(roads.geometry.values)
    built = network.build([Stretches("vias", [str(n) for n in roads.index], names, shapes)])
    return Gazetteer(built, places.build([]), "Cali", cities.EXTENT)


def test_addresses_made_on_a_real_network_are_found_on_it() -> None:
    """A plate 20 m after every crossing of two numbered streets: found near that crossing, and
    the place found reads back as a plate of one of both streets."""
    gazetteer = cali()
    streets = gazetteer.streets
    asked = exact = near = 0
    for (one, other), points in streets.meets.items():
        first, second = (streets.streets[n] for n in (one, other))
        if {first.way.kind, second.way.kind} != {WayKind.CALLE, WayKind.CARRERA}:
            continue
        if first.words or second.words:
            continue
        cross = replace(second.way, kind=None)
        answer = locate(str(Plate(first.way, cross, 20)), gazetteer)
        asked += 1
        exact += any(c.match is Match.PLATE for c in answer.candidates)
        near += any(
            math.dist((c.x, c.y), point) < 60 for c in answer.candidates for point in points
        )
    said = f"{asked} cruces: {exact / asked:.1%} como placa, {near / asked:.1%} a menos de 60 m"
    log.info("%s", said)
    assert asked > 500
    assert near / asked >= 0.99, said
    assert exact / asked >= 0.9, said

"""Cities to look addresses up in: the sample network, and an invented one that is harder.

In the invented one every address is known: avenues in two carriageways, ``BIS`` streets, diagonals,
two sides of the city, curves, a bridge, a street missing from the layer, two barrios of one name.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import shape as as_shape

from gis.contract import Extent
from gis.contract.questions import PlaceKind
from gis.geocode import network, places
from gis.geocode.gazetteer import Gazetteer
from gis.geocode.network import Stretches
from gis.geocode.places import Place

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

SAMPLES = Path(__file__).parents[2] / "layers" / "_samples" / "ibague"
EXTENT = Extent(-75.6, 4.1, -74.9, 4.8)
HOME = frozenset({"PRUEBA", "TOLIMA", "PRUEBA TOLIMA"})
to_storage = Transformer.from_crs(4326, 9377, always_xy=True)
Point = tuple[float, float]


def project(found: object) -> object:
    """CRS84 to EPSG:9377."""
    return shapely.transform(found, lambda c: np.column_stack(to_storage.transform(*c.T)))


@cache
def sample() -> Gazetteer:
    """The sample network and the sample's places."""
    with (SAMPLES / "malla_vial.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = np.array(project(shapely.from_wkt([row["geometria"] for row in rows])))
    stretches = Stretches("red", [r["id_via"] for r in rows], [r["nombre"] for r in rows], lines)
    found = []
    for layer, kind in (
        ("barrios", PlaceKind.NEIGHBOURHOOD),
        ("veredas", PlaceKind.VEREDA),
        ("corregimientos", PlaceKind.DISTRICT),
        ("centros_poblados", PlaceKind.SETTLEMENT),
        ("manzanas_censales", PlaceKind.BLOCK),
    ):
        document = json.loads((SAMPLES / f"{layer}.geojson").read_text(encoding="utf-8"))
        for feature in document["features"]:
            name = feature["properties"].get("nombre")
            ground = project(as_shape(feature["geometry"]))
            if name:
                found.append(Place(layer, name, kind, name, (name,), ground))
    built = network.build([stretches])
    return Gazetteer(built, places.build(found), "Prueba", EXTENT, HOME)


CALLES, CARRERAS = 40, 14
CALLE_M, CARRERA_M = 80.0, 100.0
ORIGIN = (4_750_000.0, 2_050_000.0)
SIDE_M = 9.0
"""Houses stand so far from the middle of the street."""
MISSING = 17
"""A calle that the layer lacks."""
AVENUE = 20
"""The calle that is an avenue of two carriageways, and has a name."""


def corner(calle: float, carrera: float) -> Point:
    """Where streets cross: a grid bent along an arc; carrera 0 is 1 Sur, -1 is 2 Sur."""
    x, y = calle * CALLE_M, carrera * CARRERA_M
    return ORIGIN[0] + x + 0.00004 * y * y, ORIGIN[1] + y + 60 * math.sin(x / 900)


def calle_name(calle: int) -> str:
    return "Avenida Los Guayacanes" if calle == AVENUE else f"Calle {calle}"


def carrera_name(position: int) -> str:
    if position == 5:
        return "Carrera 4 Bis"
    if position > 5:
        return f"Carrera {position - 1}"
    return f"Carrera {position}" if position > 0 else f"Carrera {1 - position} Sur"


def written_carrera(position: int) -> str:
    return carrera_name(position).removeprefix("Carrera ")


POSITIONS = range(-3, CARRERAS + 1)


@dataclass(frozen=True, slots=True)
class Known:
    """An address with its true place, and what kind of match it should give at best."""

    text: str
    place: Point
    kind: str


@cache
def invented(even_side: str = "derecha") -> Gazetteer:
    """The invented city; ``even_side`` empty: its convention is not known."""
    names: list[str] = []
    lines: list[object] = []

    def draw(name: str, points: list[Point]) -> None:
        for start, end in itertools.pairwise(points):
            names.append(name)
            lines.append(shapely.LineString([start, end]))

    for position in POSITIONS:
        draw(carrera_name(position), [corner(c, position) for c in range(1, CALLES + 1)])
    for calle in range(1, CALLES + 1):
        if calle == MISSING:
            continue
        if calle == AVENUE:
            for shift in (-0.1, 0.1):  # Sixteen metres apart.
                draw(calle_name(calle), [corner(calle + shift, p) for p in POSITIONS])
        else:
            draw(calle_name(calle), [corner(calle, p) for p in POSITIONS])
    draw("Diagonal 8", [corner(25 + step, 8 + 0.45 * step) for step in range(12)])
    road = [corner(40 + 12 * step, 6 + 3 * math.sin(step)) for step in range(9)]
    draw("Vía al Páramo", road)
    east, north = ORIGIN[0] + 9000, ORIGIN[1] + 9000
    for number in (4, 5, 6):  # Streets of the same names in a settlement far away.
        draw(f"Calle {number}", [(east + 70 * k, north + 70 * number) for k in range(8)])
        draw(f"Carrera {number}", [(east + 70 * number, north + 70 * k) for k in range(8)])
    stretches = Stretches(
        "red", [f"t{i}" for i in range(len(names))], names, np.array(lines, dtype=object), 0.5,
        even_side, SIDE_M,
    )  # fmt: skip
    return Gazetteer(network.build([stretches]), places.build(_places()), "Prueba", EXTENT, HOME)


def _piece(calles: tuple[float, float], carreras: tuple[float, float]) -> shapely.Polygon:
    (a, b), (c, d) = calles, carreras
    ring = [corner(x, c) for x in np.linspace(a, b, 9)]
    ring += [corner(x, d) for x in np.linspace(b, a, 9)]
    return shapely.Polygon(ring)


def _places() -> list[Place]:
    def area(kind: PlaceKind, name: str, ground: object) -> Place:
        return Place("lugares", name, kind, name, (name,), ground)

    barrio = PlaceKind.NEIGHBOURHOOD
    far = shapely.box(ORIGIN[0] + 8800, ORIGIN[1] + 8800, ORIGIN[0] + 9900, ORIGIN[1] + 9700)
    return [
        area(barrio, "Gaitán", _piece((1, 20), (1, 7))),
        area(barrio, "Jordán VII Etapa", _piece((20, 40), (1, 7))),
        area(barrio, "Jordán VIII Etapa", _piece((20, 40), (7, 14))),
        area(barrio, "La Esperanza", _piece((1, 10), (7, 14))),
        area(barrio, "La Esperanza", _piece((10, 20), (7, 14))),
        area(barrio, "Ricaurte", _piece((1, 40), (-3, 1))),
        area(PlaceKind.SETTLEMENT, "San Juan", far),
        area(PlaceKind.VEREDA, "Cay", shapely.box(*(v + 20_000 for v in ORIGIN),
             *(v + 24_000 for v in ORIGIN))),
        area(PlaceKind.SITE, "Parque Centenario", shapely.Point(corner(11.5, 3.5))),
        area(PlaceKind.SITE, "Kiosco Santuario", shapely.Point()),
        area(PlaceKind.DISTRICT, "Comuna 2", shapely.Point(corner(20, 5))),
        *(
            area(PlaceKind.BLOCK, f"Manzana {chr(65 + i)}", _block(i))
            for i in range(8)
        ),
    ]  # fmt: skip


def _block(number: int) -> shapely.Polygon:
    return shapely.Point(corner(21.5 + number, 2.5)).buffer(30)


def _house(start: Point, end: Point, metres: float, number: int) -> Point:
    """A house so many metres along, at the right side when its number is even."""
    far = math.dist(start, end)
    dx, dy = (end[0] - start[0]) / far, (end[1] - start[1]) / far
    side = SIDE_M if number % 2 == 0 else -SIDE_M
    return start[0] + dx * metres + dy * side, start[1] + dy * metres - dx * side


def houses(rng: random.Random, count: int) -> list[Known]:
    """Addresses as people write them, with plates that are not exactly metres."""
    makers: list[Callable[[random.Random], Known]] = [
        _on_carrera, _on_carrera, _on_carrera, _on_calle, _on_calle, _on_avenue, _crossing,
        _between, _in_barrio, _in_block,
    ]  # fmt: skip
    return [rng.choice(makers)(rng) for _ in range(count)]


WRITTEN = ("Cra. {} # {}-{}", "KR {} {} {}", "carrera {} No. {} - {}", "CRA {} N {}-{}",
           "Kra {} Nº {} – {}")  # fmt: skip


def _on_carrera(rng: random.Random) -> Known:
    position = rng.choice(POSITIONS)
    calle = rng.choice([c for c in range(1, CALLES) if c != AVENUE])
    number = rng.randint(2, 76)
    start, end = corner(calle, position), corner(calle + 1, position)
    place = _house(start, end, number * math.dist(start, end) / CALLE_M + rng.gauss(0, 4), number)
    text = rng.choice(WRITTEN).format(written_carrera(position), calle, number)
    return Known(text, place, "placa" if calle != MISSING else "cuadra")


def _on_calle(rng: random.Random) -> Known:
    position = rng.choice([p for p in POSITIONS if p not in (0, -3, 4, CARRERAS)])
    calle = rng.choice([c for c in range(1, CALLES) if c not in (MISSING, AVENUE)])
    number, step = rng.randint(2, 95), 1 if position > 0 else -1
    start, end = corner(calle, position), corner(calle, position + step)
    place = _house(start, end, number + rng.gauss(0, 4), number)
    kind = rng.choice(("Cll", "Calle", "CL", "Clle."))
    text = f"{kind} {calle} # {written_carrera(position)}-{number}"
    return Known(text, place, "placa")


def _on_avenue(rng: random.Random) -> Known:
    position, number = rng.randint(6, CARRERAS - 1), rng.randint(2, 95)
    start, end = corner(AVENUE, position), corner(AVENUE, position + 1)
    place = _house(start, end, number + rng.gauss(0, 4), number)
    name = rng.choice(("Av Los Guayacanes", "AVENIDA GUAYACANES", "Av. Los Guallacanes"))
    return Known(f"{name} Cra {written_carrera(position)} - {number}", place, "placa")


def _crossing(rng: random.Random) -> Known:
    position = rng.choice(POSITIONS)
    calle = rng.choice([c for c in range(1, CALLES) if c != MISSING])
    one = calle_name(calle) if calle == AVENUE else rng.choice((f"Cll {calle}", f"CALLE {calle}"))
    two = f"Cra {written_carrera(position)}"
    link = rng.choice((" con ", " ", " y ", " esquina "))
    return Known(f"{two}{link}{one}", corner(calle, position), "cruce")


def _between(rng: random.Random) -> Known:
    position = rng.choice(POSITIONS)
    calle = rng.choice([c for c in range(1, CALLES - 1) if not {c, c + 1} & {MISSING, AVENUE}])
    place = corner(calle + rng.random(), position)
    text = f"Cra {written_carrera(position)} entre Calle {calle} y {calle + 1}"
    return Known(text, place, "cuadra")


BARRIO = (
    "Jordán 7 etapa", "B/ JORDAN VII ETAPA", "jordan etapa 7", "Mz 4 casa {} Jordan 7 etapa"
)  # fmt: skip


def _in_barrio(rng: random.Random) -> Known:
    calle, carrera = rng.uniform(20.5, 39.5), rng.uniform(1.2, 6.8)
    text = rng.choice(BARRIO)
    return Known(text.format(rng.randint(1, 40)), corner(calle, carrera), "barrio")


def _in_block(rng: random.Random) -> Known:
    block = rng.randrange(8)
    x, y = corner(21.5 + block, 2.5)
    place = x + rng.uniform(-20, 20), y + rng.uniform(-20, 20)
    text = f"Mz {chr(65 + block)} Casa {rng.randint(1, 30)} Jordán 7 etapa"
    return Known(text, place, "manzana")

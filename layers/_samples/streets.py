"""The imagined road network: a grid with Ibagué's way of naming streets, and roads out of town."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from layers._samples import city

if TYPE_CHECKING:
    import random

Row = dict[str, Any]
CHAPETON: city.Position = (-75.2672, 4.4585)
"""About four kilometres up the road to the Nevado."""

ARTERIES = {"Carrera 5": "arterial_primaria", "Carrera 1": "arterial_secundaria"}
ARTERIES |= {"Carrera 8": "arterial_secundaria", "Carrera 3": "colectora"}
ARTERIES |= {f"Calle {n}": "arterial_secundaria" for n in (10, 15, 19, 25, 37, 42, 60, 83, 103)}
ARTERIES |= {f"Calle {n}": "colectora" for n in (5, 30, 50, 69, 77, 95, 110, 122, 130, 145)}

SPANS: dict[int, tuple[int, int]] = {
    # Position of each carrera (0 is 1 Sur): first and last calle it crosses.
    -3: (12, 44),
    -2: (10, 44),
    -1: (8, 48),
    0: (6, 60),
    1: (1, 145),
    2: (1, 100),
    3: (1, 145),
    4: (1, 145),
    5: (1, 145),
    6: (4, 145),
    7: (8, 145),
    8: (8, 145),
    9: (20, 145),
    10: (100, 145),
    11: (115, 145),
    12: (118, 145),
}

ROADS: tuple[tuple[str, str, str, tuple[city.Position, ...]], ...] = (
    (
        "Vía al Nevado",
        "3",
        "pavimento_flexible",
        (
            city.place(1, 5),
            CHAPETON,
            (-75.2868, 4.4900),
            (-75.2992, 4.5100),
            (-75.3050, 4.5260),
            (-75.3220, 4.5553),
        ),
    ),
    (
        "Vía nacional a Armenia",
        "1",
        "pavimento_flexible",
        (
            city.place(136, 1),
            (-75.2250, 4.4180),
            (-75.2600, 4.4235),
            (-75.2905, 4.4010),
            (-75.3420, 4.4120),
            (-75.4300, 4.4300),
        ),
    ),
    (
        "Vía nacional a Bogotá",
        "1",
        "pavimento_flexible",
        (city.place(136, 1), (-75.1000, 4.4150), (-75.0500, 4.3900), (-75.0300, 4.3700)),
    ),
    (
        "Vía a Rovira",
        "2",
        "pavimento_flexible",
        ((-75.2250, 4.4180), (-75.1908, 4.3620), (-75.2000, 4.3050), (-75.2050, 4.2800)),
    ),
    ("Vía a El Totumo", "3", "afirmado", ((-75.1908, 4.3620), (-75.1830, 4.3820))),
    (
        "Vía a San Juan de la China",
        "3",
        "afirmado",
        (city.place(145, 12), (-75.1150, 4.4950), (-75.0900, 4.5250), (-75.0765, 4.5405)),
    ),
    ("Vía a Cay", "3", "placa_huella", (city.place(1, 5), (-75.2600, 4.4665))),
    (
        "Vía a Tapias y Toche",
        "3",
        "afirmado",
        ((-75.3420, 4.4120), (-75.3505, 4.4545), (-75.3880, 4.4870), (-75.4094, 4.5195)),
    ),
    (
        "Vía a Laureles y Dantas",
        "3",
        "destapado",
        ((-75.2905, 4.4010), (-75.3400, 4.3820), (-75.3640, 4.3700), (-75.3940, 4.3486)),
    ),
)


def network(rng: random.Random) -> list[Row]:
    """Every stretch between corners, and the roads out of town in pieces, as WKT lines."""
    return [*_carreras(rng), *_calles(rng), *_roads(rng)]


def carrera_name(position: int) -> str:
    """``Carrera 5``, ``Carrera 2 Sur``."""
    return f"Carrera {position}" if position > 0 else f"Carrera {1 - position} Sur"


def _carreras(rng: random.Random) -> list[Row]:
    rows = []
    for position, (first, last) in SPANS.items():
        name = carrera_name(position)
        for calle in range(first, last):
            ends = [city.place(calle, position), city.place(calle + 1, position)]
            kind = "peatonal" if position == 3 and 10 <= calle < 15 else ARTERIES.get(name, "local")
            rows.append(_street(f"K{position}-{calle}", name, kind, ends, rng))
    return rows


def _calles(rng: random.Random) -> list[Row]:
    rows = []
    for calle in range(1, 146):
        name = f"Calle {calle}"
        crossed = [p for p, (first, last) in SPANS.items() if first <= calle <= last]
        for start, end in itertools.pairwise(crossed):
            ends = [city.place(calle, start), city.place(calle, end)]
            rows.append(_street(f"C{calle}-{start}", name, ARTERIES.get(name, "local"), ends, rng))
    return rows


def _roads(rng: random.Random) -> list[Row]:
    rows = []
    for number, (name, order, surface, points) in enumerate(ROADS, 1):
        line = list(city.roughen(points, rng, 3, closed=False).coords)
        for piece in range(0, len(line) - 1, 4):
            row = _street(f"R{number}-{piece}", name, "rural", line[piece : piece + 5], rng)
            rows.append(row | {"orden": order, "superficie": surface})
    return rows


def _street(
    code: str, name: str, kind: str, points: list[city.Position], rng: random.Random
) -> Row:
    surface = "pavimento_flexible" if kind != "local" else rng.choice(SURFACES)
    line = ",".join(f"{lon:.5f} {lat:.5f}" for lon, lat in points)
    return {
        "id_via": code,
        "nombre": name,
        "orden": "urbana",
        "jerarquia": kind,
        "superficie": surface,
        "estado": rng.choice(STATES),
        "geometria": f"LINESTRING({line})",
    }


SURFACES = ("pavimento_rigido", "pavimento_flexible", "afirmado")
STATES = ("bueno", "bueno", "regular", "malo")

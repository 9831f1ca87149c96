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

BENDS: tuple[city.Position, ...] = ((-75.2560, 4.4440), (-75.2655, 4.4455), (-75.2625, 4.4530))
"""Between the city and Chapetón, so that the road is as long as its kilometres say."""

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
            *BENDS,
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
        "Vía a Boquerón",
        "3",
        "pavimento_flexible",
        (city.place(12, -3), city.place(5, -10), city.place(-1, -17.8)),
    ),
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


AVENUES: dict[float, tuple[str, str, int, int]] = {
    # Position of each avenue with a name, its class, first and last calle it crosses.
    1.5: ("Avenida Ferrocarril", "arterial_secundaria", 19, 44),
    6.5: ("Avenida Ambalá", "arterial_primaria", 25, 104),
    8.5: ("Avenida Guabinal", "arterial_secundaria", 23, 82),
}
OBLIQUE: tuple[tuple[str, int, int, int, int], ...] = (
    # A street through corners: its name, first calle and carrera, step in calles, blocks.
    ("Diagonal 43", 43, 3, 1, 3),
    ("Transversal 5", 55, 1, -1, 5),
)
QUARTERS: tuple[tuple[dict[str, float], dict[str, float]], ...] = (
    # Grids on the south side: carreras by position and calles by place, both in order.
    (
        {"Carrera 4 Sur": -3, "Carrera 4B Bis": -4, "Carrera 4D": -4.5, "Carrera 4E": -5},
        {"Calle 36 Sur": 30, "Calle 37 Sur": 31, "Calle 37A Sur": 32, "Calle 38 Sur": 33},
    ),
    (
        {"Carrera 35": -17.8, "Carrera 36": -19, "Carrera 37": -20.2},
        {"Calle 19 Sur": -2, "Calle 20 Sur": -1, "Calle 21 Sur": 0},
    ),
)


def network(rng: random.Random) -> list[Row]:
    """Every stretch between corners, and the roads out of town in pieces, as WKT lines."""
    return [
        *_carreras(rng), *_calles(rng), *_roads(rng), *_avenues(rng), *_oblique(rng),
        *_quarters(rng),
    ]  # fmt: skip


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
        crossed: list[float] = [p for p, (one, last) in SPANS.items() if one <= calle <= last]
        crossed += [p for p, (_, _, one, last) in AVENUES.items() if one <= calle <= last]
        for start, end in itertools.pairwise(sorted(crossed)):
            ends = [city.place(calle, start), city.place(calle, end)]
            rows.append(_street(f"C{calle}-{start}", name, ARTERIES.get(name, "local"), ends, rng))
    return rows


def _avenues(rng: random.Random) -> list[Row]:
    return [
        _street(
            f"A{position}-{calle}", name, kind,
            [city.place(calle, position), city.place(calle + 1, position)], rng,
        )
        for position, (name, kind, first, last) in AVENUES.items()
        for calle in range(first, last)
    ]  # fmt: skip


def _oblique(rng: random.Random) -> list[Row]:
    rows = []
    for name, calle, carrera, step, blocks in OBLIQUE:
        for block in range(blocks):
            ends = [city.place(calle + step * n, carrera + n) for n in (block, block + 1)]
            rows.append(_street(f"{name[0]}{carrera}-{block}", name, "colectora", ends, rng))
    return rows


def _quarters(rng: random.Random) -> list[Row]:
    """Stretches of the grids; a carrera of the main one only bounds them."""
    rows = []
    main = {carrera_name(position) for position in SPANS}
    for number, (carreras, calles) in enumerate(QUARTERS, 1):
        lines = [
            (name, [city.place(calle, position) for calle in calles.values()])
            for name, position in carreras.items()
            if name not in main
        ]
        lines += [
            (name, [city.place(calle, position) for position in carreras.values()])
            for name, calle in calles.items()
        ]
        for order, (name, points) in enumerate(lines):
            for block, ends in enumerate(itertools.pairwise(points)):
                rows.append(_street(f"S{number}{order}-{block}", name, "local", [*ends], rng))
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

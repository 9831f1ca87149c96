"""Imagined areas: barrios, blocks, parcels, plots and risk zones that follow from the city."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from shapely import Point

from layers._samples import city

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers._samples.business import World

Row = dict[str, Any]
Block = tuple[str, str, str, int, str, Any]
"""Code, name (empty: none), comuna, people, stratum and shape."""
Surfaces = dict[str, list[tuple[Row, Any]]]
BARRIOS: dict[str, city.Position] = {
    # Real names, each for the imagined barrio around a place.
    "Gaitán": city.place(35.5, 9),
    "Jordán 7 etapa": city.place(68, 5),
    "Jordán 8 etapa": city.place(82, 5),
    "El Salado": city.place(143, 10),
    "Boquerón": city.place(-1, -20),
    "Ricaurte": city.place(31.5, -4.5),
}
VEREDAS: dict[str, city.Position] = {
    "Cay parte baja": city.VILLAGES["El Cay"][1:],
    "Cay parte alta": (-75.2700, 4.5000),
}
WITH_BLOCKS = ("Jordán 7 etapa", "Jordán 8 etapa")
"""Barrios whose blocks have letters: their houses have no street in their address."""


def surfaces(world: World) -> Surfaces:
    """Deliveries with polygons that follow from the grid, from the comunas or from chance."""
    barrios = _barrios(world)
    blocks = [*_blocks(world), *_lettered(world, barrios)]
    return {
        "barrios": barrios,
        "veredas": _veredas(world),
        "cuadrantes_seguridad": [
            ({"codigo": f"C-{row['codigo']}", "comuna": row["comuna"]}, shape)
            for row, shape in barrios
        ],
        "uso_suelo": _uses(barrios),
        "zonas_pot": _treatments(barrios),
        "manzanas_censales": [
            (
                {"codigo": code, "clase": "urbano", "personas": count, "comuna": comuna}
                | ({"nombre": name} if name else {}),
                shape,
            )
            for code, name, comuna, count, _, shape in blocks
        ],
        "estratificacion": [
            ({"codigo": code, "estrato": stratum, "comuna": comuna}, shape)
            for code, _, comuna, _, stratum, shape in blocks
        ],
        "predios": _parcels(),
        "cultivos": _plots("cultivo", ("arroz", "cafe", "platano", "aguacate", "pastos"), 28, 40),
        "areas_reforestadas": _plots("estado", ("establecida", "mantenimiento"), 29, 16),
        "zonas_vulnerabilidad": _risk("VUL", ("alta", "media", "baja"), 30),
        "zonas_riesgo": _risk("RIE", ("alto", "medio", "bajo"), 31),
    }


def _blocks(world: World) -> Iterator[Block]:
    rng = random.Random(32)
    for calle in range(8, 44):
        for carrera in range(1, 9):
            yield _block(world, rng, calle, carrera)


def _lettered(world: World, barrios: list[tuple[Row, Any]]) -> Iterator[Block]:
    """The first blocks of some barrios, by letters that begin again in each."""
    rng = random.Random(35)
    for row, barrio in barrios:
        if row["nombre"] not in WITH_BLOCKS:
            continue
        inside = [
            (calle, carrera)
            for calle in range(60, 90)
            for carrera in range(1, 6)
            if barrio.contains(Point(city.place(calle + 0.5, carrera + 0.5)))
        ]
        for letter, corner in zip("ABCDEF", inside, strict=False):
            yield _block(world, rng, *corner, f"Manzana {letter}")


def _block(world: World, rng: random.Random, calle: int, carrera: int, name: str = "") -> Block:
    shape = city.cell(calle + 0.1, calle + 0.9, _at(carrera + 0.08), _at(carrera + 0.92))
    centre = shape.representative_point()
    code = f"7300110000000000{calle:03}{carrera:03}"
    stratum = str(min(6, 1 + carrera // 3 + rng.randrange(2)))
    comuna = world.comuna_of((centre.x, centre.y))
    return code, name, comuna, rng.randrange(20, 260), stratum, shape


def _at(carrera: float) -> Any:
    return lambda calle: carrera


def _barrios(world: World) -> list[tuple[Row, Any]]:
    """Each comuna shared out by six nearest seeds."""
    seeded = [
        (shape, _seeds(random.Random(number), shape, 6)) for number, shape in world.comunas.items()
    ]
    return [
        (
            {
                "codigo": f"{number:02}{part:02}",
                "nombre": _name(BARRIOS, piece) or f"Barrio demostración {number}-{part}",
                "comuna": str(number),
            },
            piece,
        )
        for number, pieces in zip(world.comunas, city.nearest_seed(seeded), strict=True)
        for part, piece in enumerate(pieces, 1)
    ]


def _name(known: dict[str, city.Position], area: Any) -> str:
    """The name of the place that is in an area, empty when none is."""
    return next((name for name, place in known.items() if area.contains(Point(place))), "")


def _seeds(rng: random.Random, area: Any, count: int) -> list[city.Position]:
    west, south, east, north = area.bounds
    seeds: list[city.Position] = []
    while len(seeds) < count:
        seed = (rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(Point(seed)):
            seeds.append(seed)
    return seeds


def _uses(barrios: list[tuple[Row, Any]]) -> list[tuple[Row, Any]]:
    rng = random.Random(33)
    uses = ("residencial",) * 5 + ("comercial", "mixto", "dotacional", "industrial", "proteccion")
    return [
        ({"codigo": f"U-{row['codigo']}", "uso": rng.choice(uses), "clase_suelo": "urbano"}, shape)
        for row, shape in barrios
    ]


def _treatments(barrios: list[tuple[Row, Any]]) -> list[tuple[Row, Any]]:
    rng = random.Random(35)
    kinds = ("consolidacion",) * 4 + ("desarrollo", "mejoramiento", "renovacion", "conservacion")
    return [
        (
            {
                "codigo": f"T-{row['codigo']}",
                "clase_suelo": "urbano",
                "tratamiento": rng.choice(kinds),
                "acto_administrativo": "Acto de demostración",
                "comuna": row["comuna"],
            },
            shape,
        )
        for row, shape in barrios
    ]


def _veredas(world: World) -> list[tuple[Row, Any]]:
    rural = world.outline.difference(world.urban)
    seeds = _seeds(random.Random(34), rural, 40)
    (shapes,) = city.nearest_seed([(rural, seeds)])
    names = [name for name, _, _ in city.CORREGIMIENTOS]
    homes = [Point(lon, lat) for _, lon, lat in city.CORREGIMIENTOS]
    return [
        (
            {
                "codigo": f"73001{number:03}",
                "nombre": _name(VEREDAS, shape) or f"Vereda demostración {number:02}",
                "corregimiento": names[
                    min(range(len(homes)), key=lambda i: homes[i].distance(Point(seed)))
                ],
            },
            shape,
        )
        for number, (seed, shape) in enumerate(zip(seeds, shapes, strict=True), 1)
    ]


def _parcels() -> list[tuple[Row, Any]]:
    """Downtown blocks in eight lots each."""
    found: list[tuple[Row, Any]] = []
    for calle in range(9, 15):
        for carrera in range(1, 5):
            for lot in range(8):
                start = calle + 0.1 + 0.2 * (lot % 4)
                low = carrera + 0.08 + 0.42 * (lot // 4)
                shape = city.cell(start, start + 0.2, _at(low), _at(low + 0.42))
                code = f"730010101000000{calle:02}{carrera:02}{lot:04}000000000"[:30].ljust(30, "0")
                found.append(({"numero_predial": code, "tipo": "urbano"}, shape))
    return found


def _plots(code: str, values: tuple[str, ...], seed: int, count: int) -> list[tuple[Row, Any]]:
    """Uneven spots on a rural lattice, so that none meets another."""
    rng = random.Random(seed)
    found: list[tuple[Row, Any]] = []
    for number in range(1, count + 1):
        column, row = number % 10, number // 10
        lon = -75.36 + column * 0.03 + rng.uniform(-0.005, 0.005)
        lat = 4.335 + row * 0.008 + (0.19 if code == "estado" else 0.0)
        shape = city.disc(lon, lat, rng.uniform(90, 380), sides=rng.randrange(5, 9))
        found.append(({"codigo": f"L{number:03}", code: rng.choice(values)}, shape))
    return found


def _risk(prefix: str, codes: tuple[str, str, str], seed: int) -> list[tuple[Row, Any]]:
    """Nested rings at three places beside the river."""
    rng = random.Random(seed)
    found: list[tuple[Row, Any]] = []
    for number, (lon, lat) in enumerate(((-75.262, 4.452), (-75.245, 4.430), (-75.225, 4.413)), 1):
        rings = [city.disc(lon, lat, r * rng.uniform(0.9, 1.1), 9) for r in (120, 260, 420)]
        nested = list(zip(codes, rings, strict=True))
        for code, shape in sorted(city.levels(nested, rings[-1].buffer(0.01)).items()):
            row: Row = {"codigo": f"{prefix}-{number}-{code}".upper(), "fenomeno": "AT"}
            row |= {"nivel": code, "nivel_estudio": "detallado", "escala_denominador": 2000}
            found.append((row | {"estudio": "Estudio de demostración"}, shape))
    return found

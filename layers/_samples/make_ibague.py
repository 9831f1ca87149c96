"""Makes the demonstration deliveries of Ibagué: ``python -m layers._samples.make_ibague [folder]``.

Everything is imagined with a fixed seed, save what design says is public: names of comunas and
corregimientos, addresses of the PVD, villages of the KVD. Names of persons are visibly false.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import shapely
import shapely.ops
from shapely import LineString, Polygon

from layers._samples import areas, business, city, records, streets

Row = dict[str, Any]
HERE = Path(__file__).parent / "ibague"
STUDY = "Estudio de demostración: no describe amenazas reales"


def main(folder: Path = HERE) -> None:
    """Write every delivery into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    outline = city.roughen(city.OUTLINE, random.Random(1), 4, closed=True)
    comunas = city.comunas()
    urban = shapely.unary_union(list(comunas.values()))
    world = business.World(outline, urban, comunas)
    write_geojson(folder / "municipio.geojson", [({**MUNICIPIO}, outline)])
    write_geojson(
        folder / "comunas.geojson", [({"comuna": str(n)}, shape) for n, shape in comunas.items()]
    )
    write_geojson(folder / "corregimientos.geojson", corregimientos(outline, urban))
    write_geojson(folder / "centros_poblados.geojson", villages(urban))
    write_geojson(folder / "zonas_amenaza.geojson", hazards(outline, urban))
    write_csv(folder / "malla_vial.csv", streets.network(random.Random(5)))
    write_csv(folder / "zonas_wifi.csv", wifi(world))
    write_csv(folder / "puntos_vive_digital.csv", pvd(world))
    write_csv(folder / "kioscos_vive_digital.csv", kvd())
    write_csv(folder / "capacitaciones_pvd.csv", trainings())
    for name, rows in (business.tables(world) | records.tables(world)).items():
        write_csv(folder / f"{name}.csv", rows)
    for name, features in areas.surfaces(world).items():
        write_geojson(folder / f"{name}.geojson", features)


MUNICIPIO: Row = {
    "divipola": "73001",
    "nombre": "Ibagué",
    "departamento": "Tolima",
    "altitud_m": 1285,
}


def corregimientos(outline: Polygon, urban: Polygon) -> list[tuple[Row, Any]]:
    """The seventeen corregimientos: the rural land shared out by nearest seed."""
    seeds = [(lon, lat) for _, lon, lat in city.CORREGIMIENTOS]
    (shapes,) = city.nearest_seed([(outline.difference(urban), seeds)])
    return [
        ({"codigo": str(number), "nombre": name}, shape)
        for number, ((name, _, _), shape) in enumerate(
            zip(city.CORREGIMIENTOS, shapes, strict=True), 1
        )
    ]


def villages(urban: Polygon) -> list[tuple[Row, Any]]:
    """The seat and the villages with a public centroid, as small imagined outlines."""
    seat: Row = {"codigo": "73001000", "nombre": "Ibagué", "clase": "1"}
    found: list[tuple[Row, Any]] = [(seat, urban)]
    for name, (code, lon, lat) in city.VILLAGES.items():
        shape = city.disc(lon, lat, 110 + int(code[-2:]) * 2, sides=7)
        found.append(({"codigo": code, "nombre": name, "clase": "2"}, shape))
    return found


def hazards(outline: Polygon, urban: Polygon) -> list[tuple[Row, Any]]:
    """Imagined zones: bands along rivers, nested spots on slopes, rings around the volcano."""
    rng = random.Random(7)
    rivers = {
        name: city.roughen(line, random.Random(3), 2, closed=False)
        for name, line in city.RIVERS.items()
    }
    combeima = rivers["río Combeima"]
    upper, lower = (
        shapely.ops.substring(combeima, *part, normalized=True) for part in ((0, 0.55), (0.55, 1))
    )
    plans: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("AT", "Combeima", _bands(upper, (90, 190, 320))),
        ("IN", "Combeima", _bands(lower, (60, 140, 240))),
        ("IN", "Chipalo", _bands(rivers["río Chipalo"], (30, 70, 120))),
        ("VO", "Machín", [(c, city.disc(-75.388, 4.488, r)) for c, r in VOLCANO]),
        ("IF", "Cerros", _spots(rng, 10, (-75.24, 4.49), 0.05, 0.02)),
        ("MM", "Laderas", _spots(rng, 14, (-75.25, 4.470), 0.07, 0.03)),
        ("MM", "Cañón", _spots(rng, 12, (-75.32, 4.52), 0.05, 0.05)),
        ("MM", "Sur", _spots(rng, 9, (-75.25, 4.40), 0.05, 0.02)),
    ]
    found: list[tuple[Row, Any]] = []
    taken: dict[str, Any] = {}
    for phenomenon, sector, nested in plans:
        clip = outline.difference(taken[phenomenon]) if phenomenon in taken else outline
        whole = shapely.unary_union([shape for _, shape in nested])
        for level, shape in sorted(city.levels(nested, clip).items()):
            found.append((_zone(phenomenon, sector, level, shape.intersects(urban)), shape))
        taken[phenomenon] = taken.get(phenomenon, Polygon()).union(whole.buffer(0.0003))
    return found


VOLCANO = (("alta", 3500), ("media", 7000), ("baja", 12000))


def _bands(line: LineString, widths: tuple[int, int, int]) -> list[tuple[str, Any]]:
    return [
        (level, city.strip(line, width))
        for level, width in zip(("alta", "media", "baja"), widths, strict=True)
    ]


def _spots(
    rng: random.Random, count: int, centre: city.Position, wide: float, high: float
) -> list[tuple[str, Any]]:
    """Nested uneven spots around places drawn near ``centre``."""
    cores = [
        (centre[0] + rng.uniform(-wide, wide), centre[1] + rng.uniform(-high, high))
        for _ in range(count)
    ]
    nested: list[tuple[str, Any]] = []
    for level, radius in (("alta", 260.0), ("media", 560.0), ("baja", 950.0)):
        spots = [_spot(random.Random(i), core, radius) for i, core in enumerate(cores)]
        nested.append((level, shapely.unary_union(spots)))
    return nested


def _spot(rng: random.Random, core: city.Position, radius: float) -> Polygon:
    ring = city.disc(*core, 1.0, sides=11).exterior.coords[:-1]
    stretch = [radius * rng.uniform(0.65, 1.35) for _ in ring]
    return Polygon(
        (core[0] + (x - core[0]) * s, core[1] + (y - core[1]) * s)
        for (x, y), s in zip(ring, stretch, strict=True)
    )


def _zone(phenomenon: str, sector: str, level: str, urban: bool) -> Row:
    return {
        "codigo": f"{phenomenon}-{sector}-{level}".upper(),
        "fenomeno": phenomenon,
        "clase": "amenaza",
        "nivel": level,
        "nivel_estudio": "basico",
        "escala_denominador": 5000 if urban else 25000,
        "suelo": "urbano" if urban else "rural",
        "estudio": STUDY,
        "fecha_estudio": "2023-06-30",
        "modelo": "Sintético",
    }


def wifi(world: business.World) -> list[Row]:
    """Two imagined urban zones per comuna, and one beside each of ten villages."""
    rng = random.Random(11)
    rows: list[Row] = []
    for number in world.comunas:
        for _ in range(2):
            corner = world.corner(rng, number)
            rows.append(_wifi(f"Zona WiFi Comuna {number}", corner.point, rows))
            rows[-1] |= {
                "nombre": f"Zona WiFi {corner.name}",
                "direccion": corner.name,
                "comuna": str(number),
            }
    for name, (_, lon, lat) in list(city.VILLAGES.items())[:10]:
        rows.append(_wifi(f"Zona WiFi {name}", (lon + 0.0004, lat - 0.0003), rows))
        rows[-1]["direccion"] = f"Parque del centro poblado {name}"
    return rows


def _wifi(name: str, point: city.Position, rows: list[Row]) -> Row:
    return {
        "codigo": f"W{len(rows) + 1:03}",
        "nombre": name,
        "direccion": "",
        "comuna": "",
        "estado": "operando" if len(rows) % 9 else "suspendido",
        "horario": "Todos los días, las 24 horas",
        "sesion_minutos": 60,
        "radio_m": 100,
        "precision_ubicacion": "aproximada",
        "fecha_verificacion": "2024-03-15",
        **lonlat(point),
    }


def pvd(world: business.World) -> list[Row]:
    """The nine PVD at their public addresses, placed approximately on the imagined streets."""
    sites = (
        ("PVD Escuela Efac", "sin_establecer", "Calle 10 # 8-07", (10, 8.1)),
        (
            "PVD Salón comunal San Pedro Alejandrino",
            "sin_establecer",
            "Cra 1 # 23-24",
            (city.on_address(23, 24), 1),
        ),
        (
            "PVD Carrera 2 Sur",
            "sin_establecer",
            "Cra 2 Sur # 28-05B",
            (city.on_address(28, 5), -1),
        ),
        (
            "PVD Biblioteca Ismael Santofimio Caicedo",
            "sin_establecer",
            "Cra 9 calle 72 Av. Guabinal",
            (72, 9),
        ),
        ("PVD El Salado", "sin_establecer", "Cll 143 Cra 10, El Salado", (143, 10)),
        ("PVD Gaitán", "sin_establecer", "Cra 9 # 35-40, Gaitán", (city.on_address(35, 40), 9)),
        ("PVD Boquerón", "sin_establecer", "Cll 20 Sur # 36-106, Boquerón", (-1, -20)),
        (
            "PVD Lab Chapetón",
            "lab",
            "Km 4 vía al Nevado, zona industrial Chapetón",
            streets.CHAPETON,
        ),
        (
            "PVD Lab Edificio Avianca",
            "lab",
            "Cra 3 # 9-52, Edificio Avianca",
            (city.on_address(9, 52), 3),
        ),
    )
    rows = []
    for number, (name, kind, address, where) in enumerate(sites, 1):
        point = where if where == streets.CHAPETON else city.place(*where)
        rows.append(
            {
                "codigo": f"PVD-{number:02}",
                "nombre": name,
                "tipo": kind,
                "direccion": address,
                "comuna": world.comuna_of(point),
                "estado": "sin_establecer",
                "horario": "Lunes a sábado, en horario laboral",
                "precision_ubicacion": "aproximada",
                **lonlat(point),
            }
        )
    return rows


def kvd() -> list[Row]:
    """The sixteen KVD; Santuario's place is not established, so it has no coordinates."""
    places: list[tuple[str, city.Position | None]] = [
        (name, (lon, lat)) for name, (_, lon, lat) in city.VILLAGES.items()
    ]
    places += [("Machín", (-75.388, 4.488)), ("Santuario", None)]
    return [
        {
            "codigo": f"KVD-{number:02}",
            "nombre": f"Kiosco Vive Digital {name}",
            "centro_poblado": name,
            "tipo": "sin_establecer",
            "estado": "sin_establecer",
            "horario": "En la mañana, la escuela; en la tarde, toda la comunidad",
            "precision_ubicacion": "aproximada" if point else "sin_establecer",
            **lonlat(point),
        }
        for number, (name, point) in enumerate(places, 1)
    ]


def trainings() -> list[Row]:
    """Imagined courses; small groups give no number of attendants."""
    rng = random.Random(13)
    topics = (
        ("alfabetizacion_digital", "Primeros pasos con el computador"),
        ("ofimatica", "Hojas de cálculo para el trabajo"),
        ("gobierno_digital", "Trámites en línea"),
        ("comercio_electronico", "Venda por internet"),
        ("programacion", "Fundamentos de programación"),
        ("seguridad_digital", "Internet seguro en familia"),
    )
    rows: list[Row] = []
    for number in range(1, 61):
        topic, title = rng.choice(topics)
        start = date(2023, 2, 1) + timedelta(days=rng.randrange(600))
        attendants = rng.randrange(6, 28)
        rows.append(
            {
                "codigo": f"CAP-{number:03}",
                "punto": f"PVD-{rng.randrange(1, 10):02}",
                "tema": topic,
                "titulo": f"{title} (demostración)",
                "fecha_inicio": start.isoformat(),
                "fecha_fin": (start + timedelta(days=rng.choice((4, 11, 25)))).isoformat(),
                "horas": rng.choice((8, 20, 40)),
                "cupos": 30,
                "asistentes": attendants if attendants >= 10 else "",
                "instructor": f"INSTRUCTOR FICTICIO {rng.randrange(1, 6)}",
            }
        )
    return rows


def lonlat(point: city.Position | None) -> Row:
    """Coordinate columns as a municipality's sheet has them; empty when not known."""
    if point is None:
        return {"longitud": "", "latitud": ""}
    return {"longitud": f"{point[0]:.6f}", "latitud": f"{point[1]:.6f}"}


def write_csv(path: Path, rows: list[Row]) -> None:
    """UTF-8, LF, one heading."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_geojson(path: Path, features: list[tuple[Row, Any]]) -> None:
    """RFC 7946 with six decimals, one feature per line so that differences can be read."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": row, "geometry": _geometry(shape)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for row, shape in features
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")


def _geometry(shape: Any) -> Row:
    shape = shapely.orient_polygons(shapely.transform(shape, lambda xy: xy.round(6)))
    return dict(shapely.geometry.mapping(shape))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))

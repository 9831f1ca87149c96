"""Imagined establishments, visits, sites and areas: visibly false, placed on the imagined city."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shapely import Point, Polygon

from layers._samples import city, streets

Row = dict[str, Any]
PRECISE = {"precision_ubicacion": "aproximada"}


@dataclass(frozen=True, slots=True)
class Corner:
    """A crossing of the imagined streets."""

    calle: int
    carrera: int
    name: str
    point: city.Position


@dataclass(slots=True)
class World:
    """What the generators share."""

    outline: Polygon
    urban: Polygon
    comunas: dict[int, Polygon]
    _corners: dict[int, list[Corner]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for calle in range(1, 146):
            for position, (first, last) in streets.SPANS.items():
                if not first <= calle <= last:
                    continue
                point = city.place(calle, position)
                number = self.comuna_of(point)
                name = f"Calle {calle} con {streets.carrera_name(position)}"
                if number:
                    corner = Corner(calle, position, name, point)
                    self._corners.setdefault(int(number), []).append(corner)

    def comuna_of(self, point: city.Position) -> str:
        """Number of the comuna that holds a place, empty outside."""
        where = Point(point)
        return next((str(n) for n, shape in self.comunas.items() if shape.contains(where)), "")

    def corner(self, rng: random.Random, comuna: int) -> Corner:
        """A corner of the comuna, or a place inside it where it has no streets."""
        if comuna in self._corners:
            return rng.choice(self._corners[comuna])
        inner = self.comunas[comuna].representative_point()
        return Corner(0, 0, f"Sector de la comuna {comuna}", (inner.x, inner.y))

    def address(self, rng: random.Random) -> tuple[str, str, city.Position]:
        """A street address anywhere in the city, its comuna and its place."""
        corner = self.corner(rng, rng.choice(list(self._corners)))
        along = rng.randrange(5, 75)
        point = city.place(
            city.on_address(corner.calle, along), corner.carrera + rng.uniform(0.05, 0.15)
        )
        address = f"{streets.carrera_name(corner.carrera)} # {corner.calle}-{along:02}"
        return address, self.comuna_of(point), point


KINDS: tuple[tuple[str, str, str, int], ...] = (
    # Kind of establishment, its name, its kind of acta, how common.
    ("restaurante", "Restaurante", "preparacion_alimentos", 30),
    ("cafeteria", "Cafetería", "preparacion_alimentos", 14),
    ("comedor", "Comedor", "preparacion_alimentos", 6),
    ("tienda", "Tienda", "expendio_alimentos_bebidas", 20),
    ("panaderia", "Panadería", "expendio_alimentos_bebidas", 12),
    ("bar", "Bar", "expendio_alimentos_bebidas", 8),
    ("expendio_carne", "Carnicería", "expendio_carne", 9),
    ("supermercado", "Supermercado", "grandes_superficies", 4),
    ("deposito", "Depósito", "almacenamiento", 4),
    ("via_publica", "Puesto", "ventas_via_publica", 8),
)
CONCEPTS = (
    ("FAVORABLE", 55, (90, 100)),
    ("FAVORABLE CON REQUERIMIENTOS", 35, (60, 89)),
    ("DESFAVORABLE", 10, (20, 59)),
)
REASONS = ("programacion",) * 6 + ("pqr", "solicitud_interesado", "solicitud_oficial")


def tables(world: World) -> dict[str, list[Row]]:
    """Deliveries that are sheets: establishments and visits, sites, works, crashes, vehicles."""
    places = establishments(world)
    return {
        "establecimientos": places,
        "inspecciones_sanitarias": visits(places),
        "vehiculos_alimentos": vehicles(),
        "siniestros_viales": crashes(world),
        "intervenciones": works(world),
        "empresas_tic": companies(world),
        "patrimonio_cultural": heritage(world),
        **sites(world),
    }


def establishments(world: World) -> list[Row]:
    """320 establishments; holders are visibly false and none gives its name to the sign."""
    rng = random.Random(21)
    rows = []
    for number in range(1, 321):
        kind, word, _, _ = rng.choices(KINDS, [k[3] for k in KINDS])[0]
        address, comuna, point = world.address(rng)
        person = rng.choice(("natural", "juridica"))
        rows.append(
            {
                "codigo": f"E{number:04}",
                "nombre_comercial": f"{word} Demostración {number:03}",
                "tipo": kind,
                "direccion": address,
                "comuna": comuna,
                "abierto": "si" if rng.random() < 0.95 else "no",
                "fecha_inscripcion": _day(rng, date(2019, 1, 1), 1400),
                "tipo_persona": person,
                "razon_social": f"TITULAR FICTICIO {number:03}",
                "documento_titular": f"000000{number:03}",
                "telefono": "0000000",
                "correo": f"titular{number:03}@ficticio.example",
                **PRECISE,
                **_lonlat(point),
            }
        )
    return rows


def visits(places: list[Row]) -> list[Row]:
    """One to four visits each, between 2023 and 2024, at the establishment's place."""
    rng = random.Random(22)
    actas = {kind: acta for kind, _, acta, _ in KINDS}
    rows: list[Row] = []
    for place in places:
        for _ in range(rng.choice((1, 2, 2, 3, 4))):
            day = date(2023, 1, 10) + timedelta(days=rng.randrange(700))
            concept, _, (low, high) = rng.choices(CONCEPTS, [c[1] for c in CONCEPTS])[0]
            closing = concept == "DESFAVORABLE" and rng.random() < 0.5
            rows.append(
                {
                    "codigo": f"V{len(rows) + 1:05}",
                    "establecimiento": place["codigo"],
                    "tipo_acta": actas[place["tipo"]],
                    "fecha": day.isoformat(),
                    "motivo": rng.choice(REASONS),
                    "concepto": concept,
                    "cumplimiento_pct": rng.randint(low, high),
                    "medida_sanitaria": "clausura_parcial" if closing else "ninguna",
                    "comuna": place["comuna"],
                    "numero_acta": f"ACTA-FICTICIA-{len(rows) + 1:05}",
                    "inspector": f"INSPECTOR FICTICIO {rng.randrange(1, 7)}",
                    "observaciones": "Texto ficticio de demostración",
                    "longitud": place["longitud"],
                    "latitud": place["latitud"],
                }
            )
    return rows


def vehicles() -> list[Row]:
    """Forty vehicles; plates use a series that is not issued."""
    rng = random.Random(23)
    return [
        {
            "codigo": f"VA-{number:03}",
            "tipo_vehiculo": rng.choice(("Furgón", "Camión", "Moto con cajón", "Camioneta")),
            "productos": rng.choice(("Lácteos", "Carnes", "Frutas y verduras", "Panadería")),
            "refrigerado": rng.choice(("si", "no")),
            "fecha": _day(rng, date(2023, 2, 1), 600),
            "concepto": rng.choices([c[0] for c in CONCEPTS], [c[1] for c in CONCEPTS])[0],
            "placa": f"ZZZ{number:02}Z",
            "propietario": f"PROPIETARIO FICTICIO {number:02}",
        }
        for number in range(1, 41)
    ]


def crashes(world: World) -> list[Row]:
    """Two hundred imagined crashes at corners."""
    rng = random.Random(24)
    rows = []
    for number in range(1, 201):
        corner = world.corner(rng, rng.choice((1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)))
        gravity = rng.choices(("danos", "heridos", "muertos"), (60, 37, 3))[0]
        rows.append(
            {
                "codigo": f"S{number:04}",
                "fecha": _day(rng, date(2023, 1, 1), 700),
                "franja": f"{rng.randrange(24):02}:00",
                "gravedad": gravity,
                "clase": rng.choice(("choque", "choque", "choque", "atropello", "volcamiento")),
                "lesionados": rng.randrange(1, 4) if gravity == "heridos" else 0,
                "fallecidos": 1 if gravity == "muertos" else 0,
                "comuna": world.comuna_of(corner.point),
                "direccion": corner.name,
                **_lonlat(corner.point),
            }
        )
    return rows


def works(world: World) -> list[Row]:
    """Thirty works in every state."""
    rng = random.Random(25)
    rows = []
    for number in range(1, 31):
        corner = world.corner(rng, rng.randrange(1, 14))
        state = rng.choice(("programada", "en_ejecucion", "terminada", "suspendida"))
        start = date(2023, 3, 1) + timedelta(days=rng.randrange(400))
        progress = {"programada": 0, "terminada": 100}.get(state, rng.randrange(5, 95))
        rows.append(
            {
                "codigo": f"OBRA-{number:03}",
                "nombre": f"Obra de demostración {number:02}",
                "tipo": rng.choice(("vial", "espacio_publico", "educacion", "mitigacion")),
                "estado": state,
                "direccion": corner.name,
                "comuna": world.comuna_of(corner.point),
                "fecha_inicio": "" if state == "programada" else start.isoformat(),
                "fecha_fin": (start + timedelta(days=240)).isoformat(),
                "avance_pct": progress,
                "valor_cop": rng.randrange(80, 4000) * 1_000_000,
                **_lonlat(corner.point),
            }
        )
    return rows


def companies(world: World) -> list[Row]:
    """Twenty companies."""
    rng = random.Random(26)
    rows = []
    for number in range(1, 21):
        _, comuna, point = world.address(rng)
        rows.append(
            {
                "codigo": f"TIC-{number:03}",
                "nombre": f"Empresa TIC Demostración {number:02}",
                "actividad": rng.choice(
                    ("software", "telecomunicaciones", "contenidos", "comercio")
                ),
                "comuna": comuna,
                **PRECISE,
                **_lonlat(point),
            }
        )
    return rows


def heritage(world: World) -> list[Row]:
    """Ten imagined goods."""
    rng = random.Random(27)
    rows = []
    for number in range(1, 11):
        corner = world.corner(rng, rng.choice((1, 3, 10)))
        rows.append(
            {
                "codigo": f"BIC-{number:02}",
                "nombre": f"Bien cultural de demostración {number:02}",
                "tipo": rng.choice(("inmueble", "conjunto", "monumento")),
                "ambito": rng.choice(("nacional", "departamental", "municipal")),
                "direccion": corner.name,
                "comuna": world.comuna_of(corner.point),
                **PRECISE,
                **_lonlat(corner.point),
            }
        )
    return rows


def sites(world: World) -> dict[str, list[Row]]:
    """Public sites: libraries, halls, schools, health centres, offices."""
    kinds: tuple[tuple[str, str, int, dict[str, tuple[Any, ...]]], ...] = (
        ("bibliotecas", "Biblioteca", 8, {"naturaleza": ("oficial", "comunitaria")}),
        ("salones_comunales", "Salón comunal", 24, {"estado": ("operando",)}),
        (
            "instituciones_educativas",
            "Institución educativa",
            36,
            {"naturaleza": ("oficial", "oficial", "privada"), "estudiantes": (180, 420, 960)},
        ),
        (
            "centros_salud",
            "Centro de salud",
            14,
            {"complejidad": ("1", "1", "2", "3"), "urgencias": ("si", "no")},
        ),
        ("sedes_atencion", "Sede", 12, {"tipo": ("alcaldia", "atencion", "comisaria")}),
    )
    found: dict[str, list[Row]] = {}
    for name, word, count, choices in kinds:
        rng = random.Random(name)
        found[name] = []
        for number in range(1, count + 1):
            address, comuna, point = world.address(rng)
            row: Row = {"codigo": f"{name[:3].upper()}-{number:03}"}
            row["nombre"] = f"{word} de demostración {number:02}"
            row |= {key: rng.choice(values) for key, values in choices.items()}
            row |= {"direccion": address, "comuna": comuna, **PRECISE, **_lonlat(point)}
            found[name].append(row)
    return found


def _day(rng: random.Random, first: date, span: int) -> str:
    return (first + timedelta(days=rng.randrange(span))).isoformat()


def _lonlat(point: city.Position) -> Row:
    return {"longitud": f"{point[0]:.6f}", "latitud": f"{point[1]:.6f}"}

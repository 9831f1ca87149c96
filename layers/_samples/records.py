"""Imagined records: contracts, health, animals, pools. Names of persons are visibly false."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layers._samples.business import World

Row = dict[str, Any]
CONCEPTS = ("FAVORABLE", "FAVORABLE", "FAVORABLE CON REQUERIMIENTOS", "DESFAVORABLE")
AGES = ("0-5", "6-11", "12-17", "18-28", "29-59", "60+")
EVENTS = (("300", 34), ("210", 28), ("356", 14), ("875", 14), ("813", 7), ("220", 3))
"""Codes of Sivigila and how common each is in the imagination."""


def tables(world: World) -> dict[str, list[Row]]:
    """Deliveries that are sheets."""
    return {
        "contratos": contracts(),
        "registro_suicidios": deaths(),
        "eventos_salud_publica": events(),
        "aseguramiento_salud": insured(),
        "visitas_veterinarias": animals(),
        "piscinas": pools(world),
    }


def contracts() -> list[Row]:
    """Fifty contracts with false contractors."""
    rng = random.Random(41)
    kinds = ("prestacion_servicios", "suministro", "obra", "consultoria", "convenio")
    ways = ("contratacion_directa", "minima_cuantia", "seleccion_abreviada", "licitacion_publica")
    rows: list[Row] = []
    for number in range(1, 51):
        person = rng.choice(("natural", "juridica"))
        signed = date(2023, 1, 20) + timedelta(days=rng.randrange(640))
        start = signed + timedelta(days=rng.randrange(2, 20))
        company = f"SOCIEDAD FICTICIA {number:02} S.A.S."
        rows.append(
            {
                "numero_contrato": f"DEMO-{signed.year}-{number:04}",
                "objeto": f"Objeto de demostración número {number:02}",
                "modalidad": rng.choice(ways),
                "tipo": rng.choice(kinds),
                "estado": rng.choice(("ejecucion", "terminado", "liquidado", "suspendido")),
                "dependencia": f"Dependencia de demostración {rng.randrange(1, 6)}",
                "contratista": company if person == "juridica" else f"PERSONA FICTICIA {number:02}",
                "tipo_contratista": person,
                "nit_contratista": f"000000{number:03}" if person == "juridica" else "",
                "valor_cop": rng.randrange(4, 900) * 1_000_000,
                "fecha_firma": signed.isoformat(),
                "fecha_inicio": start.isoformat(),
                "fecha_fin": (start + timedelta(days=rng.choice((90, 180, 300)))).isoformat(),
                "documento_persona": "" if person == "juridica" else f"0000000{number:02}",
            }
        )
    return rows


def deaths() -> list[Row]:
    """Imagined records, so few in some groups that their counts cannot be told."""
    rng = random.Random(42)
    return [
        {
            "codigo": f"FICTICIO-{number:03}",
            "fecha": _day(rng, date(2023, 1, 1), 730),
            "sexo": rng.choices(("hombre", "mujer"), (7, 3))[0],
            "grupo_edad": rng.choices(AGES[2:], (2, 5, 6, 2))[0],
            "comuna": rng.randrange(1, 14),
        }
        for number in range(1, 121)
    ]


def events() -> list[Row]:
    """Imagined notifications, more of them in some comunas."""
    rng = random.Random(43)
    comunas = ("", *range(1, 14))
    weights = (14, 6, 8, 5, 9, 4, 10, 12, 14, 12, 5, 5, 6, 4)
    rows: list[Row] = []
    for number in range(1, 1601):
        day = date(2023, 1, 1) + timedelta(days=rng.randrange(730))
        year, week, _ = day.isocalendar()
        rows.append(
            {
                "codigo": f"FICTICIO-{number:04}",
                "fecha": day.isoformat(),
                "evento": rng.choices([e[0] for e in EVENTS], [e[1] for e in EVENTS])[0],
                "comuna": rng.choices(comunas, weights)[0],
                "sexo": rng.choice(("mujer", "hombre")),
                "grupo_edad": rng.choice(AGES),
                "semana_epidemiologica": f"{year}-{week:02}",
            }
        )
    return rows


def insured() -> list[Row]:
    """Two monthly cuts of imagined insurers; small groups give no number."""
    rng = random.Random(44)
    rows: list[Row] = []
    for month in (11, 12):
        day = date(2024, month, monthrange(2024, month)[1])
        for scheme, insurers in (("contributivo", 3), ("subsidiado", 3), ("excepcion", 1)):
            for insurer in range(1, insurers + 1):
                for age in AGES:
                    people = rng.randrange(4, 9000)
                    name = f"EPS Ficticia {insurer}" if scheme != "excepcion" else ""
                    rows.append(
                        {
                            "codigo": f"{day:%Y%m}-{scheme[:3]}-{insurer}-{age}".upper(),
                            "fecha_corte": day.isoformat(),
                            "regimen": scheme,
                            "aseguradora": name,
                            "grupo_edad": age,
                            "afiliados": people if people >= 10 else "",
                        }
                    )
    return rows


def animals() -> list[Row]:
    """Ninety visits; owners are false."""
    rng = random.Random(45)
    rows: list[Row] = []
    for number in range(1, 91):
        reason = rng.choice(("vacunacion", "vacunacion", "agresion", "tenencia", "establecimiento"))
        many = rng.randrange(1, 60) if reason == "vacunacion" else rng.randrange(1, 4)
        rows.append(
            {
                "codigo": f"VET-{number:03}",
                "fecha": _day(rng, date(2023, 2, 1), 650),
                "motivo": reason,
                "especie": "varias" if many > 5 else rng.choice(("perro", "gato", "otra")),
                "animales": many,
                "vacunados": many if reason == "vacunacion" else 0,
                "concepto": rng.choice(CONCEPTS) if reason == "establecimiento" else "",
                "comuna": rng.randrange(1, 14),
                "direccion_vivienda": "DIRECCIÓN FICTICIA",
                "propietario": f"PROPIETARIO FICTICIO {number:02}",
                "telefono": "0000000",
            }
        )
    return rows


def pools(world: World) -> list[Row]:
    """Twenty-four pools at imagined addresses."""
    rng = random.Random(46)
    rows: list[Row] = []
    for number in range(1, 25):
        address, comuna, (lon, lat) = world.address(rng)
        rows.append(
            {
                "codigo": f"PIS-{number:03}",
                "nombre": f"Piscina de demostración {number:02}",
                "clase": rng.choice(("publica", "restringida", "restringida", "especial")),
                "estanques": rng.randrange(1, 4),
                "fecha": _day(rng, date(2023, 3, 1), 600),
                "concepto": rng.choice(CONCEPTS),
                "direccion": address,
                "comuna": comuna,
                "precision_ubicacion": "aproximada",
                "responsable_piscina": f"RESPONSABLE FICTICIO {number:02}",
                "telefono": "0000000",
                "longitud": f"{lon:.6f}",
                "latitud": f"{lat:.6f}",
            }
        )
    return rows


def _day(rng: random.Random, first: date, span: int) -> str:
    return (first + timedelta(days=rng.randrange(span))).isoformat()

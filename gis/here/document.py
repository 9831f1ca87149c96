"""The answer as JSON, for programs and for the map: the same content as the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.here import words
from gis.here.summary import remarks

if TYPE_CHECKING:
    from gis.here.answer import Answer, Basis, Found, Part, Said, Told, Walk

Json = dict[str, Any]


def document(answer: Answer) -> Json:
    """Every member is there whatever was found; coordinates are longitude and latitude."""
    spot = answer.spot
    return {
        "lugar": {
            "lon": spot.lon,
            "lat": spot.lat,
            "direccion": spot.address or None,
            "error_m": spot.error_m,
            "consultado": spot.asked or None,
            "hallado": spot.kind or None,
            "incertidumbre_m": round(spot.doubt_m),
            "cautela": spot.caution or None,
            "dentro": spot.is_inside if spot.is_bounded else None,
            "zona": spot.zone.code if spot.zone else None,
            "zona_titulo": spot.zone.label if spot.zone else None,
        },
        "resumen": answer.summary,
        "demostracion": answer.demonstration,
        "partes": [_part(part) for part in answer.parts],
        "consejos": [
            {"sobre": each.about, "texto": each.text, "fuente": each.source}
            for each in answer.advice
        ],
        "llamar": [
            {"nombre": c.name, "telefono": c.phone, "cuando": c.when, "fuente": c.source}
            for c in answer.calls
        ],
        "tramites": [
            {"titulo": p.title, "url": p.url, "parte": p.section, "texto": p.text}
            for p in answer.procedures
        ],
        "avisos": list(answer.notices),
        "base": [_basis(each) for each in answer.basis],
        "cadena": {"posicion": answer.chain.seq, "hash": answer.chain.hash},
        "momento": answer.moment.isoformat(timespec="seconds"),
    }


def _part(part: Part) -> Json:
    return {
        "codigo": part.section.code,
        "titulo": part.section.label,
        "capas": [_said(said) for said in part.said],
    }


def _said(said: Said) -> Json:
    return {
        "capa": said.layer,
        "titulo": said.title,
        "estado": said.status.value,
        "texto": ". ".join(remarks(said)) or None,
        "demostracion": said.demonstration,
        "hallados": [_found(found) for found in said.found],
        "sin_estudio": list(said.untold),
        "al_lado": [
            {
                "titulo": e.title,
                "nivel": e.level.raw if e.level else None,
                "metros": round(e.metres),
            }
            for e in said.edges
        ],
        "mas": said.more,
        "sin_ubicacion": said.unplaced,
    }


def _found(found: Found) -> Json:
    return {
        "id": found.feature,
        "titulo": found.title,
        "campos": [_told(told) for told in found.told],
        "significado": _meaning(found.level),
        "lugar": list(found.at) if found.at else None,
        "camino": _walk(found.walk) if found.walk else None,
        "alcance_m": found.reach_m,
        "dentro": found.is_inside,
    }


def _meaning(level: Told | None) -> Json | None:
    if level is None or not level.meaning:
        return None
    return {"campo": level.label, "valor": level.value, "texto": level.meaning}


def _told(told: Told) -> Json:
    return {"campo": told.name, "titulo": told.label, "valor": told.raw, "texto": told.value}


def _walk(walk: Walk) -> Json:
    return {
        "metros": round(walk.metres, 1),
        "segundos": None if walk.seconds is None else round(walk.seconds),
        "recta": walk.is_straight,
        "texto": words.way(walk),
        "linea": [list(point) for point in walk.line],
    }


def _basis(basis: Basis) -> Json:
    return {
        "capa": basis.layer,
        "titulo": basis.title,
        "cambio": basis.changeset,
        "generacion": basis.generation,
        "sellado": basis.sealed_at.isoformat(timespec="seconds") if basis.sealed_at else None,
        "fecha_de_corte": basis.reference_date.isoformat() if basis.reference_date else None,
        "demostracion": basis.demonstration,
    }

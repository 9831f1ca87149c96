"""Answers as JSON documents: what the API, the command line and other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.contract.questions import PlaceKind
from gis.geocode.positions import to_degrees

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.geocode.answer import Answer, Candidate
    from gis.geocode.places import Place
    from gis.geocode.reverse import Nearby

Json = dict[str, Any]
CONTEXT = (PlaceKind.NEIGHBOURHOOD, PlaceKind.VEREDA, PlaceKind.SETTLEMENT, PlaceKind.DISTRICT)


def answered(answer: Answer) -> Json:
    """An answer as a GeoJSON collection of its candidates (CRS84), best first."""
    return {
        "type": "FeatureCollection",
        "texto": answer.text,
        "direccion": answer.normal,
        "ambigua": bool(answer.candidates) and answer.is_ambiguous,
        "motivo": answer.why,
        "supuestos": list(answer.notes),
        "features": [candidate_feature(candidate) for candidate in answer.candidates],
    }


def candidate_feature(candidate: Candidate) -> Json:
    """A candidate as a GeoJSON feature."""
    lon, lat = to_degrees(candidate.x, candidate.y)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {
            "tipo": candidate.match.code,
            "hallado": candidate.match.label,
            "etiqueta": candidate.label,
            "confianza": round(candidate.confidence, 2),
            "error_m": round(candidate.error_m),
            "por_que": list(candidate.why),
            "advertencias": list(candidate.warnings),
            "dentro_de": within(candidate.within),
            "elementos": [{"capa": layer, "id": feature} for layer, feature in candidate.features],
        },
    }


def nearby(found: Nearby) -> Json:
    """The address at a place."""
    lon, lat = to_degrees(found.x, found.y)
    return {
        "lugar": [lon, lat],
        "direccion": str(found.address or ""),
        "tipo": found.match.code if found.match else "",
        "via": found.street,
        "distancia_m": round(found.distance_m) if found.address else None,
        "error_m": round(found.error_m) if found.address else None,
        "dentro_de": within(found.within),
        "elementos": [{"capa": layer, "id": feature} for layer, feature in found.features],
        "motivo": found.why,
    }


def within(places: Iterable[Place]) -> list[Json]:
    """The named surfaces around a place."""
    return [
        {"tipo": p.kind.code, "clase": p.kind.label, "nombre": p.label, "capa": p.layer, "id": p.id}
        for p in places
        if p.kind in CONTEXT
    ]


def context(places: Iterable[Place]) -> str:
    """The same in a line for people: «Barrio Gaitán, Comuna 10»."""
    return ", ".join(called(place) for place in places if place.kind in CONTEXT)


def called(place: Place) -> str:
    """A place with what it is before its name, unless the name says it: «Barrio Gaitán»."""
    if place.kind in (PlaceKind.SITE, PlaceKind.DISTRICT):
        return place.label
    first = place.label.split(maxsplit=1)[0].casefold()
    return (
        place.label if first == place.kind.label.casefold() else f"{place.kind.label} {place.label}"
    )

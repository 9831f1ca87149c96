"""What a caller sends of one feature: JSON read strictly, GeoJSON, JSON-FG, and merge patches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from gis.crs import parse_crs
from gis.json_text import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gis.crs import Crs

OURS = frozenset({"links", "aviso", "bbox", "crs"})
"""Members that our own documents carry beside those of a feature: sent back, they say nothing."""
JSON_FG = frozenset({"conformsTo", "featureType", "featureSchema", "geometryDimension", "time"})
"""Members of JSON-FG that are derived from the declaration and the fields."""
BODY = frozenset({"type", "id", "geometry", "properties"})


class Keep(Enum):
    """A geometry that a patch does not speak of."""

    GEOMETRY = "geometry"


KEEP: Final = Keep.GEOMETRY


@dataclass(frozen=True, slots=True)
class Submitted:
    """One feature as sent. ``properties`` are JSON values by name; ``geometry`` is a GeoJSON
    object (or what came in its place), None for null, or :data:`KEEP`; its coordinates are in
    ``crs``, in the order of its authority's axes. ``id`` is None when the body has none."""

    properties: Mapping[str, Any]
    geometry: Any
    crs: Crs
    id: str | None = None


def read_feature(document: Any, crs: Crs) -> Submitted:
    """A whole feature: GeoJSON with coordinates in ``crs``, or JSON-FG with its ``place``.

    :class:`InvalidRequest` for what is no feature, and for members nobody would read.
    """
    members = _feature(document)
    _refuse_unknown(members, BODY | OURS | JSON_FG | {"place", "coordRefSys"})
    geometry, crs = members.get("geometry"), _declared(members, crs)
    if members.get("place") is not None:
        geometry = members["place"]
    properties = members.get("properties")
    if not isinstance(properties, dict):
        raise unreadable("no trae «properties» (un objeto con los campos)")
    return Submitted(properties, geometry, crs, _identifier(members))


def read_patch(patch: Any, current: Mapping[str, Any], crs: Crs) -> Submitted:
    """What a merge patch (RFC 7396) changes of ``current``, a feature with coordinates in ``crs``.

    ``properties`` are those the patch names and no others; removing one is null.
    """
    if not isinstance(patch, dict):
        raise unreadable("no es un objeto JSON con lo que cambia")
    _refuse_unknown(patch, BODY)
    merged = merge(current, patch)
    if merged.get("type") != "Feature":
        raise unreadable("cambia «type», que siempre es «Feature»")
    named = patch.get("properties", {})
    if not isinstance(named, dict):
        raise unreadable("quita «properties»: nombre los campos que cambian (null los vacía)")
    properties = {name: merged["properties"].get(name) for name in named}
    geometry = merged.get("geometry") if "geometry" in patch else KEEP
    return Submitted(properties, geometry, crs, _identifier(patch))


def merge(target: Any, patch: Any) -> Any:
    """``target`` with a JSON merge patch applied (RFC 7396 §2); neither is changed.

    >>> merge({"a": {"b": 1, "c": 2}}, {"a": {"b": None, "d": 3}})
    {'a': {'c': 2, 'd': 3}}
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def _feature(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict) or document.get("type") != "Feature":
        raise unreadable("no es un elemento GeoJSON («type»: «Feature»); se recibe uno por vez")
    return document


def _identifier(members: Mapping[str, Any]) -> str | None:
    given = members.get("id")
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise unreadable("trae un «id» que no es un texto ni un número entero")
    return str(given)


def _declared(members: Mapping[str, Any], crs: Crs) -> Crs:
    """The CRS of the geometry, by what the body itself says (JSON-FG, GeoJSON of 2008)."""
    said = members.get("coordRefSys") if members.get("place") is not None else None
    if said is not None:
        return parse_crs(str(said), "coordRefSys")
    former = members.get("crs")
    if former is None:
        return crs
    name = former.get("properties", {}).get("name") if isinstance(former, dict) else None
    if not isinstance(name, str) or parse_crs(name, "crs").uri != crs.uri:
        raise unreadable(
            "trae un miembro «crs» que no es el de Content-Crs: quítelo y diga el sistema de "
            "coordenadas en ese encabezado"
        )
    return crs


def _refuse_unknown(members: Iterable[str], known: Iterable[str]) -> None:
    extra = sorted(set(members) - set(known))
    if extra:
        raise unreadable(
            f"trae «{extra[0][:60]}» fuera de «properties»: los campos van dentro de «properties»"
        )

"""What somebody says who asks for a kind of place («¿dónde queda el hospital?»), and what a layer
so called holds; and what is known of something that nobody has established where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.contract.types import Reference
from gis.geocode.positions import to_degrees
from gis.here import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.contract.layer import Layer
    from gis.here.answer import LonLat, Told

ASKING = re.compile(
    r"""[¿\s]*(?:(?:y|oiga|por\ favor)\s+)?
    (?:(?:en\s+)?(?:d[oó]nde|cu[aá]l)\s+(?:queda|est[aá]|hay|es|encuentro)n?
     |c[oó]mo\s+(?:llego|voy)|qu[eé]\s+hay\s+en|busco|necesito|quiero\s+ir\s+a|hay)\s+""",
    re.IGNORECASE | re.VERBOSE,
)
ARTICLE = re.compile(
    r"(?:a\s+)?(?:al|el|la|los|las|una?|unos|unas|alg[uú]n|alguna)\s+", re.IGNORECASE
)
NEAR = re.compile(
    r"\s+(?:m[aá]s\s+)?(?:cercan[oa]s?|cerca(?:\s+de\s+(?:m[ií]|aqu[ií]|mi\s+casa))?|por\s+aqu[ií])$",
    re.IGNORECASE,
)


def wanted(text: str) -> str:
    """What is asked for, without the words of asking.

    >>> wanted("¿Dónde queda el hospital más cercano?"), wanted("Cra 5 # 37-20")
    ('hospital', 'Cra 5 # 37-20')
    """
    left = text.strip(" ¿?¡!.")
    left = NEAR.sub("", left)
    asked = ASKING.match(left)
    if asked is not None:
        left = left[asked.end() :]
    return ARTICLE.sub("", left, count=1) if ARTICLE.match(left) else left


def members(conn: sa.Connection, layer: Layer, most: int) -> Iterator[tuple[str, LonLat]]:
    """Names of features of ``layer`` and where they are, by name; nothing where they have none."""
    if not layer.label or not layer.geometry_for(PUBLICA):
        return
    view = store.view(layer, PUBLICA)
    name, point = view.c[layer.label], sa.func.ST_PointOnSurface(view.c.geom)
    x, y = (getattr(sa.func, f"ST_{side}")(point, type_=sa.Float) for side in "XY")
    query = sa.select(name, x, y).where(view.c.geom.is_not(None), name.is_not(None))
    for label, east, north in conn.execute(query.order_by(name, view.c["_id"]).limit(most)):
        told = words.tell(layer.field(layer.label), label)
        yield told.value, to_degrees(east, north)


def known_of(conn: sa.Connection, layer: Layer, feature: str) -> tuple[Told, ...]:
    """What is public of a feature and told of its layer; codes as what they mean."""
    view = store.view(layer, PUBLICA)
    public = [field for field in layer.fields_for(PUBLICA) if not isinstance(field.type, Reference)]
    asked = layer.here.fields if layer.here is not None else ()
    shown = [field for field in public if not asked or field.name in asked]
    query = sa.select(*(view.c[field.name] for field in shown)).where(view.c["_id"] == feature)
    row = conn.execute(query).first()
    if row is None:
        return ()
    told = (words.tell(field, raw) for field, raw in zip(shown, row, strict=True))
    return tuple(each for each in told if each.raw is not None)

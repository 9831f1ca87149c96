"""One layer's rows as what was found: told in words, with reach and the way there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gis.contract.questions import Relation
from gis.contract.types import Reference
from gis.geocode.positions import to_degrees
from gis.here import words
from gis.here.answer import Advice, Edge, Found
from gis.here.parts import TARGETS
from gis.here.walks import straight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa

    from gis.contract.layer import Layer
    from gis.here.answer import LonLat, Told
    from gis.here.walks import Walks


def found_of(layer: Layer, rows: Sequence[Any], labels: Mapping[str, Layer]) -> list[Found]:
    """What the rows of ``layer`` say, how far it is told in a straight line."""
    return [_found(layer, row, labels) for row in rows if not _is_beside(layer, row)]


def edges_of(
    layer: Layer, rows: Sequence[Any], found: Sequence[Found], labels: Mapping[str, Layer]
) -> tuple[Edge, ...]:
    """The zones beside the place that say what nothing ``found`` does, each case at its nearest."""
    told = {(each.title, each.level) for each in found}
    edges: dict[tuple[str, Told | None], Edge] = {}
    for row in rows:
        if _is_beside(layer, row):
            near = _found(layer, row, labels)
            case = (near.title, near.level)
            if case not in told:
                edges.setdefault(case, Edge(*case, row["distance"]))
    return tuple(edges.values())


def untold_of(layer: Layer, found: Sequence[Found]) -> tuple[str, ...]:
    """The cases studied apart of which ``found`` says nothing; none where nothing was found."""
    here = layer.here
    if here is None or not here.cases or not found:
        return ()
    said = {told.raw for each in found for told in each.told if told.name == here.cases}
    return tuple(c.label for c in layer.field(here.cases).type.codes if c.code not in said)


def _is_beside(layer: Layer, row: Any) -> bool:
    """Whether it was found beside the place by what only tells of what covers it."""
    assert layer.here is not None
    return layer.here.relation is Relation.COVERS and row["distance"] > 0


def walked(
    conn: sa.Connection, walks: Walks, place: LonLat, near: Sequence[tuple[Layer, Sequence[Found]]]
) -> dict[str, list[Found]]:
    """Of what is near in each layer, the nearest by the way there; all ways are asked for at
    once."""
    groups = {
        layer.name: [each.at for each in found if each.at is not None] for layer, found in near
    }
    ways = walks.to(conn, place, groups)
    told: dict[str, list[Found]] = {}
    for layer, found in near:
        assert layer.here is not None
        known = [
            replace(each, walk=ways.get((layer.name, number), each.walk))
            for number, each in enumerate(found)
        ]
        told[layer.name] = sorted(known, key=_nearness)[: layer.here.most]
    return told


def _nearness(found: Found) -> tuple[bool, bool, float]:
    """What one is inside of, then what is reached on foot soonest, then what is near."""
    walk = found.walk
    assert walk is not None
    far = walk.metres if walk.seconds is None else walk.seconds
    return not found.is_inside, walk.is_straight, far


def _found(layer: Layer, row: Any, labels: Mapping[str, Layer]) -> Found:
    here = layer.here
    assert here is not None
    values, targets = row["values"], row[TARGETS]
    told = {
        name: _tell(layer, name, values.get(name), targets.get(name), labels)
        for name in dict.fromkeys((*here.fields, *filter(None, (here.level,))))
    }
    reach = values.get(here.reach_by) if here.reach_by else None
    reach = (reach or here.reach_m) if here.relation is Relation.NEAREST else None
    near = here.relation is not Relation.COVERS
    return Found(
        feature=row["feature"],
        told=tuple(told[name] for name in here.fields),
        level=told.get(here.level),
        advice=_advised(layer, here.advice, values) if here.advice else None,
        at=to_degrees(row["x"], row["y"]) if near else None,
        walk=straight(row["distance"]) if near else None,
        reach_m=reach,
        is_inside=None if reach is None else row["distance"] <= reach,
    )


def _tell(
    layer: Layer, name: str, raw: Any, target: str | None, labels: Mapping[str, Layer]
) -> Told:
    field = layer.field(name)
    other = labels.get(field.type.layer) if isinstance(field.type, Reference) else None
    return words.tell(field, raw, target, other)


def _advised(layer: Layer, name: str, values: Mapping[str, Any]) -> Advice | None:
    code = words.code_of(layer.field(name), values.get(name))
    if code is None or not code.advice:
        return None
    return Advice(code.label, code.advice, code.source)

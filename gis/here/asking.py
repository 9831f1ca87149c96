"""Asking: the statement's rows become what each layer says, and all of it one answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gis.contract.questions import Relation, Section, Zone
from gis.crs import AREA
from gis.demonstration import MARK
from gis.here import basis, statement
from gis.here.answer import LOOKED_M, Answer, Part, Said, Spot, Status
from gis.here.finding import edges_of, found_of, untold_of, walked
from gis.here.statement import Statements
from gis.here.summary import summary
from gis.here.walks import NoNetwork

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.here.answer import Advice, Basis, Chain, Found
    from gis.here.walks import Walks

EMPTY = "Todavía no hay datos de esta capa: no se puede saber"
NOT_HERE = "Nada hallado en este lugar"
NONE_NEAR = "Nada a menos de {metres:.0f} m"
DEMONSTRATION = f"{MARK}: parte de lo que aquí se lee es un ejemplo y no describe nada real."
RECOMPUTED = (Section.RISK, Section.PLACE, Section.LAND)
"""What is told again of the past: what a decision rests on, and never what is near."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom and what to ask: the layers, and the ways on foot that are known."""

    catalog: Catalog
    walks: Walks = field(default_factory=NoNetwork)
    """:meth:`gis.here.walks.OnStreets.of` walks on the catalog's own streets."""
    statements: Statements = field(default_factory=Statements)


def ask(
    conn: sa.Connection, asking: Asking, spot: Spot, *, moment: datetime | None = None
) -> Answer:
    """The answer about ``spot`` (CRS84) as the public sees it, in the snapshot of ``conn``.

    ``spot.is_inside`` and ``spot.zone`` are found here, whatever they are given as.
    """
    prepared = asking.statements.of(asking.catalog)
    layers, labels = prepared.layers, prepared.labels
    west, south, east, north = AREA
    known = west <= spot.lon <= east and south <= spot.lat <= north
    # Farther away metres mean nothing; nothing is there either.
    doubt = min(spot.doubt_m, LOOKED_M)
    rows = prepared.rows(conn, *((spot.lon, spot.lat) if known else (west, south)), doubt)
    register = basis.read_register(prepared.used, rows.get("", ()))
    told = {layer.name: found_of(layer, rows.get(layer.name, ()), labels) for layer in layers}
    near = [layer for layer in layers if _is_near(layer)]
    place = (spot.lon, spot.lat)
    told |= walked(conn, asking.walks, place, [(layer, told[layer.name]) for layer in near])
    said = [
        _said(layer, told[layer.name], rows.get(layer.name, ()), labels, register)
        for layer in layers
    ]
    return _answer(
        asking,
        spot,
        [*zip(layers, said, strict=True)],
        {name: state for name, state in register.basis.items() if state.changeset is not None}
        | {layer.name: register.basis[layer.name] for layer in layers},
        register.chain,
        moment or datetime.now(UTC),
    )


def recall(
    conn: sa.Connection, asking: Asking, spot: Spot, chain: Chain, moment: datetime
) -> Answer:
    """What risk, place and land said when the chain stood at ``chain``, read from history.

    Fields and codes are told in today's words; near things and ways are not recalled.
    """
    layers = [
        layer
        for layer in statement.asked_layers(asking.catalog)
        if layer.here is not None and layer.here.section in RECOMPUTED
    ]
    then = basis.until(conn, layers, chain.seq)
    labels = dict(statement.referred(asking.catalog, layers))
    at = statement.position(spot.lon, spot.lat, min(spot.doubt_m, LOOKED_M))
    told: list[tuple[Layer, Said]] = []
    for layer in layers:
        state = then.get(layer.name)
        if state is None or state.changeset is None:
            told.append((layer, Said(layer.name, layer.title, Status.EMPTY, EMPTY)))
            continue
        query = statement.past(layer, labels, state.changeset)
        found = list(conn.execute(query, at).mappings())
        said = _told(layer, found_of(layer, found, labels), found, labels)
        told.append((layer, replace(said, demonstration=state.demonstration)))
    return _answer(asking, spot, told, then, chain, moment)


def _is_near(layer: Layer) -> bool:
    return layer.here is not None and layer.here.relation is Relation.NEAREST


def _said(
    layer: Layer,
    found: Sequence[Found],
    rows: Sequence[Any],
    labels: Mapping[str, Layer],
    register: basis.Register,
) -> Said:
    if not register.feature_count[layer.name]:
        return Said(layer.name, layer.title, Status.EMPTY, EMPTY)
    return replace(
        _told(layer, found, rows, labels),
        unplaced=register.unplaced[layer.name],
        demonstration=register.basis[layer.name].demonstration,
    )


def _told(
    layer: Layer, found: Sequence[Found], rows: Sequence[Any], labels: Mapping[str, Layer]
) -> Said:
    here = layer.here
    assert here is not None
    none = NONE_NEAR.format(metres=here.reach_m) if here.reach_m else NOT_HERE
    untold = untold_of(layer, found)
    said = Said(
        layer.name,
        layer.title,
        Status.FOUND if found else Status.UNKNOWN,
        words="" if found and not untold else here.unknown or none,
        found=tuple(found),
        untold=untold,
        edges=edges_of(layer, rows, found, labels),
    )
    if not found:
        return said
    more = max(0, max(row["total"] for row in rows) - len(found))
    return replace(said, more=more, means=here.means)


def _answer(
    asking: Asking,
    spot: Spot,
    told: Sequence[tuple[Layer, Said]],
    states: Mapping[str, Basis],
    chain: Chain,
    moment: datetime,
) -> Answer:
    spot = _placed(asking.catalog, spot, told)
    parts = _parts(told) if spot.is_inside else ()
    demonstration = any(said.demonstration for _, said in told)
    entity = asking.catalog.entity
    notices = _sentences(layer.metadata.notice for layer, _ in told if spot.is_inside)
    return Answer(
        spot=spot,
        summary=summary(entity, spot, parts),
        parts=parts,
        advice=_advice(parts),
        calls=entity.calls,
        procedures=entity.procedures,
        notices=((DEMONSTRATION, *notices) if demonstration else tuple(notices)) or (LEGAL,),
        basis=tuple(states.values()),
        chain=chain,
        moment=moment,
        demonstration=demonstration,
    )


LEGAL = (
    "Esta consulta es informativa: no reemplaza el concepto de riesgo ni el de uso del suelo que "
    "expide la entidad, ni sirve para decidir sobre un predio."
)


def _sentences(notices: Iterable[str]) -> list[str]:
    """Each sentence once: what two layers warn of is read once."""
    each = (part.strip() for notice in notices for part in notice.split(". "))
    return [f"{part}." for part in dict.fromkeys(part.rstrip(".") for part in each if part)]


def _placed(catalog: Catalog, spot: Spot, told: Sequence[tuple[Layer, Said]]) -> Spot:
    """Whether the place is inside of the municipality, and in which zone."""
    zones = {
        layer.here.means
        for layer, said in told
        if layer.here is not None and layer.here.means and said.status is Status.FOUND
    }
    drawn = any(
        layer.here is not None
        and layer.here.means is Zone.MUNICIPALITY
        and said.status is not Status.EMPTY
        for layer, said in told
    )
    west, south, east, north = catalog.entity.extent.as_tuple()
    within = west <= spot.lon <= east and south <= spot.lat <= north
    inside = Zone.MUNICIPALITY in zones if drawn else within
    zone = Zone.URBAN if Zone.URBAN in zones else Zone.RURAL if Zone.RURAL in zones else None
    bounded = drawn or not within
    return replace(spot, is_inside=inside, is_bounded=bounded, zone=zone if inside else None)


def _parts(told: Sequence[tuple[Layer, Said]]) -> tuple[Part, ...]:
    sections: dict[Section, list[Said]] = {}
    for layer, said in told:
        assert layer.here is not None
        sections.setdefault(layer.here.section, []).append(said)
    return tuple(
        Part(section, tuple(_quiet(section, sections[section])))
        for section in Section
        if section in sections
    )


def _quiet(section: Section, said: Sequence[Said]) -> list[Said]:
    """Of where a place lies only what it lies in: nobody is in every comuna and every vereda."""
    if section is not Section.PLACE:
        return list(said)
    return [each for each in said if each.status is Status.FOUND]


def _advice(parts: Sequence[Part]) -> tuple[Advice, ...]:
    """What to do, each case once, in the order in which the answer meets them."""
    given = (
        found.advice
        for part in parts
        for said in part.said
        for found in said.found
        if found.advice is not None
    )
    return tuple(dict.fromkeys(given))

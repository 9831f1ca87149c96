"""Edits of single features over a real PostGIS: one changeset each, by the rules of a delivery."""

from __future__ import annotations

from dataclasses import replace as altered
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
import shapely
import sqlalchemy as sa

from gis import store
from gis.changesets import ledger, load, undo, verify_chain
from gis.changesets.edit import create, delete, replace, update
from gis.changesets.proposal import Editor
from gis.changesets.submitted import KEEP, Submitted
from gis.contract import CLASIFICADA, NoOverlap
from gis.contract.access import Access
from gis.crs import CRS84, ORIGEN_NACIONAL, WGS84
from gis.errors import EditRefused, EditStale, FeatureConflict, NotFound
from gis.features.version import read_version
from gis.findings import Severity
from gis.surroundings import CurrentFeatures
from tests.integration.builders import (
    EAST,
    ENTITY,
    NORTH,
    NOTES,
    SITES,
    TRACKS,
    ZONES,
    catalog,
    conformed,
    site,
    zone,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis.contract import Layer

pytestmark = pytest.mark.usefixtures("small")
HERE = {"type": "Point", "coordinates": [EAST, NORTH]}
FOUR = [site(f"S{n}", 10.0 * n, nombre=f"n{n}", camas=n, responsable="Ana") for n in range(4)]


def editor(
    engine: sa.Engine, layer: Layer = SITES, access: Access = Access.RESERVADA, **more: Any
) -> Editor:
    known = CurrentFeatures(engine, catalog(SITES, ZONES, NOTES, TRACKS))
    return Editor(engine, layer, access, ENTITY.extent, known, actor="ana", **more)


def body(geometry: Any = KEEP, **properties: Any) -> Submitted:
    return Submitted(properties, geometry, CRS84)


def in_store(geometry: Any, **properties: Any) -> Submitted:
    """Coordinates of EPSG:9377, north first as its authority says."""
    turned = geometry and geometry | {"coordinates": list(reversed(geometry["coordinates"]))}
    return Submitted(properties, turned, ORIGEN_NACIONAL)


def version(engine: sa.Engine, feature: str, access: Access = Access.RESERVADA) -> str:
    with engine.connect() as conn:
        found = read_version(conn, SITES, access, feature)
    assert found is not None
    return found


def reasons(refusal: pytest.ExceptionInfo[EditRefused]) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.field) for finding in refusal.value.findings]


def test_a_created_feature_is_one_changeset_by_its_author(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    done = create(editor(engine, note="nuevo centro"), in_store(HERE, codigo="S9", camas=4))
    assert (done.feature, done.findings) == ("S9", ())
    with engine.connect() as conn:
        (entry,) = ledger(conn, "sitios")
        assert list(verify_chain(conn)) == []
    assert entry.id == done.changeset
    assert (entry.origin, entry.actor, entry.note) == ("edit", "ana", "nuevo centro")
    assert (entry.added, entry.changed, entry.removed) == (1, 0, 0)
    stored = rows("SELECT camas, _reviewed, ST_X(geom), ST_Y(geom) FROM data.sitios")
    assert stored == [(4, True, pytest.approx(EAST), pytest.approx(NORTH))]
    assert rows("SELECT count(*) FROM pg_indexes WHERE indexname = 'sitios__geom'") == [(1,)]


def test_a_changed_feature_leaves_history_and_can_be_undone(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    done = update(editor(engine), "S1", {"properties": {"camas": 7}}, CRS84, None)
    assert rows("SELECT camas FROM data.sitios WHERE _id = 'S1'") == [(7,)]
    assert rows("SELECT _id, camas FROM history.sitios") == [("S1", 1)]
    assert done.changeset is not None
    undo(engine, catalog(SITES), done.changeset)
    assert rows("SELECT camas FROM data.sitios WHERE _id = 'S1'") == [(1,)]


def test_a_deleted_feature_goes_to_history_whole(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    done = delete(editor(engine, access=Access.PUBLICA), "S2", None)
    assert rows("SELECT count(*) FROM data.sitios") == [(3,)]
    assert done.changeset is not None
    undo(engine, catalog(SITES), done.changeset)
    assert rows("SELECT responsable FROM data.sitios WHERE _id = 'S2'") == [("Ana",)]


def test_replacing_empties_what_the_body_lacks_and_keeps_what_is_not_seen(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    replace(editor(engine, access=Access.PUBLICA), "S1", in_store(HERE, nombre="otro"), None)
    stored = rows("SELECT nombre, camas, responsable FROM data.sitios WHERE _id = 'S1'")
    assert stored == [("otro", None, "Ana")]


def test_what_came_out_rounded_and_comes_back_is_no_change(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    before = rows("SELECT _changeset, geom FROM data.sitios WHERE _id = 'S1'")
    lon, lat = rows(
        "SELECT round(ST_X(p)::numeric, 7)::float, round(ST_Y(p)::numeric, 7)::float FROM "
        "(SELECT ST_Transform(geom, 4326) AS p FROM data.sitios WHERE _id = 'S1') AS t"
    )[0]
    point = {"type": "Point", "coordinates": [lon, lat]}
    done = replace(editor(engine), "S1", body(point, nombre="n1", camas=1, responsable="Ana"), None)
    assert done.changeset is None
    replace(editor(engine), "S1", body(point, nombre="n1", camas=2, responsable="Ana"), None)
    after = rows("SELECT _changeset, geom FROM data.sitios WHERE _id = 'S1'")
    assert after[0][1] == before[0][1]
    assert after[0][0] > before[0][0]


@pytest.mark.parametrize("crs", [CRS84, WGS84, ORIGEN_NACIONAL])
def test_axes_are_read_in_the_order_of_their_authority(
    engine: sa.Engine, rows: Callable[..., list[Any]], crs: Any
) -> None:
    place = {"OGC": [-75.2322, 4.4389], "4326": [4.4389, -75.2322], "9377": [NORTH, EAST]}
    key = next(k for k in ("9377", "4326", "OGC") if k in crs.uri)
    sent = Submitted({"codigo": "S1"}, {"type": "Point", "coordinates": place[key]}, crs)
    create(editor(engine), sent)
    found = rows("SELECT ST_X(geom), ST_Y(geom) FROM data.sitios")[0]
    assert found == (pytest.approx(EAST, abs=0.02), pytest.approx(NORTH, abs=0.02))


@pytest.mark.parametrize(
    ("geometry", "properties", "expected"),
    [
        (None, {"codigo": "x1"}, [("invalid-value", "codigo")]),
        (None, {"codigo": None}, [("missing-value", "codigo")]),
        (None, {"codigo": 5}, [("invalid-value", "codigo")]),
        (None, {"codigo": "S1", "camas": -1}, [("invalid-value", "camas")]),
        (None, {"codigo": "S1", "camas": "3"}, [("invalid-value", "camas")]),
        (None, {"codigo": "S1", "camas": True}, [("invalid-value", "camas")]),
        (None, {"codigo": "S1", "camas": 1.5}, [("invalid-value", "camas")]),
        (None, {"codigo": "S1", "camas": 10**30}, [("invalid-value", "camas")]),
        (None, {"codigo": "S1", "camas": [1]}, [("invalid-value", "camas")]),
        (None, {"codigo": "S1", "nombre": {"a": 1}}, [("invalid-value", "nombre")]),
        (None, {"codigo": "S1", "nombre": "a\x00b"}, [("control-characters", "nombre")]),
        (None, {"codigo": "S1", "fecha": "2026-13-45"}, [("invalid-value", "fecha")]),
        (None, {"codigo": "S1", "inventado": 1}, [("unknown-property", "inventado")]),
        (
            None,
            {"codigo": "y", "camas": -1},
            [("invalid-value", "codigo"), ("invalid-value", "camas")],
        ),
        ({"type": "Point", "coordinates": [0, 0]}, {}, [("outside-extent", None)]),
        ({"type": "Point", "coordinates": [4.4, -75.2]}, {}, [("swapped-axes", None)]),
        ({"type": "Point", "coordinates": [-75.2, 4.4, 1200]}, {}, [("third-dimension", None)]),
        ({"type": "Point", "coordinates": []}, {}, [("empty-geometry", None)]),
        ({"type": "Point", "coordinates": [-75.2]}, {}, [("unreadable-geometry", None)]),
        ({"type": "Point", "coordinates": [[-75.2, 4.4]]}, {}, [("unreadable-geometry", None)]),
        ({"type": "Point", "coordinates": ["a", 4.4]}, {}, [("unreadable-geometry", None)]),
        ({"type": "Point", "coordinates": [1e308 * 10, 4]}, {}, [("unreadable-geometry", None)]),
        ({"type": "Point", "coordinates": [10**400, 4]}, {}, [("unreadable-geometry", None)]),
        ({"type": "Point", "coordinates": [1e300, 4]}, {}, [("outside-extent", None)]),
        ({"type": "Globo", "coordinates": [1, 2]}, {}, [("unreadable-geometry", None)]),
        ("POINT(1 2)", {}, [("unreadable-geometry", None)]),
        (
            {"type": "LineString", "coordinates": [[-75.2, 4.4], [-75.1, 4.4]]},
            {},
            [("wrong-geometry-type", None)],
        ),
        (
            {"type": "MultiPoint", "coordinates": [[-75.2, 4.4], [-75.1, 4.4]]},
            {},
            [("several-parts", None)],
        ),
        ({"type": "GeometryCollection", "geometries": []}, {}, [("empty-geometry", None)]),
    ],
)
def test_what_does_not_keep_the_contract_is_refused_whole(
    engine: sa.Engine,
    rows: Callable[..., list[Any]],
    geometry: Any,
    properties: dict[str, Any],
    expected: list[tuple[str, str | None]],
) -> None:
    with pytest.raises(EditRefused) as refusal:
        create(editor(engine), body(geometry, **({"codigo": "S1"} | properties)))
    assert reasons(refusal) == expected
    assert all(f.message and f.remedy and "--" not in f.remedy for f in refusal.value.findings)
    assert rows("SELECT count(*) FROM sig.changeset") == [(0,)]
    assert rows("SELECT count(*) FROM data.sitios") == [(0,)]


@pytest.mark.parametrize(
    ("kind", "coordinates", "rule"),
    [
        ("Polygon", [[[0, 0], [1, 0], [1, 1]]], "unreadable-geometry"),
        ("Polygon", [[[0, 0], [1, 0], [1, 1], [0, 1]]], "unreadable-geometry"),
        ("Polygon", [[]], "unreadable-geometry"),
        ("MultiPolygon", [[]], "empty-geometry"),
        ("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], "invalid-geometry"),
        ("Polygon", [[[0, 0], [1, 0], [1, 1, 5], [0, 1], [0, 0]]], "unreadable-geometry"),
    ],
)
def test_a_surface_that_is_none_is_refused(
    engine: sa.Engine, kind: str, coordinates: Any, rule: str
) -> None:
    def placed(one: Any) -> Any:
        if one and isinstance(one[0], int):
            return [4.4 + one[1] / 1000, -75.2 + one[0] / 1000, *one[2:]]
        return [placed(each) for each in one]

    shape = {"type": kind, "coordinates": placed(coordinates)}
    sent = Submitted({"fenomeno": "a", "numero": 1}, shape, WGS84)
    with pytest.raises(EditRefused) as refusal:
        create(editor(engine, ZONES), sent)
    assert reasons(refusal) == [(rule, None)]


def test_a_polygon_is_promoted_and_turned_as_a_delivery_would(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    ring = [[-75.2, 4.4], [-75.2, 4.41], [-75.19, 4.41], [-75.19, 4.4], [-75.2, 4.4]]
    sent = body({"type": "Polygon", "coordinates": [ring]}, fenomeno="a~b", numero=1)
    assert create(editor(engine, ZONES), sent).feature == "a%7Eb~1"
    assert rows("SELECT GeometryType(geom), ST_IsPolygonCCW(geom) FROM data.zonas_prueba") == [
        ("MULTIPOLYGON", True)
    ]


def test_the_same_key_twice_is_a_conflict(engine: sa.Engine) -> None:
    create(editor(engine), body(None, codigo="S1"))
    with pytest.raises(FeatureConflict, match="Ya existe"):
        create(editor(engine), body(None, codigo="S1"))


def test_another_key_is_a_conflict_that_says_what_to_do(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    with pytest.raises(FeatureConflict, match="POST"):
        replace(editor(engine), "S1", body(None, codigo="S8"), None)
    with pytest.raises(FeatureConflict, match="POST"):
        update(editor(engine), "S1", {"id": "S8"}, CRS84, None)
    with pytest.raises(FeatureConflict, match="«id»"):
        create(editor(engine), Submitted({"codigo": "S8"}, None, CRS84, id="otro"))


def test_a_reference_must_lead_somewhere_and_holds_what_it_leads_to(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    with pytest.raises(EditRefused) as refusal:
        create(editor(engine, NOTES), body(None, sitio="S77", texto="hola"))
    assert reasons(refusal) == [("unknown-reference", "sitio")]
    create(editor(engine, NOTES), body(None, sitio="S1", texto="hola"))
    with pytest.raises(FeatureConflict, match="notas"):
        delete(editor(engine), "S1", None)


def test_a_table_takes_no_geometry(engine: sa.Engine) -> None:
    with pytest.raises(EditRefused) as refusal:
        create(editor(engine, NOTES), body(HERE, texto="hola"))
    assert reasons(refusal) == [("geometry-not-used", "geometry")]


def test_a_feature_without_key_keeps_its_id_through_changes(engine: sa.Engine) -> None:
    line = {"type": "LineString", "coordinates": [[-75.2, 4.4], [-75.19, 4.4]]}
    made = create(editor(engine, TRACKS), body(line, nombre="a"))
    done = update(
        editor(engine, TRACKS), made.feature, {"properties": {"nombre": "b"}}, CRS84, None
    )
    assert done.feature == made.feature
    assert done.changeset is not None


def test_a_field_that_is_not_seen_does_not_exist(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    blind = editor(engine, access=Access.PUBLICA)
    for name in ("responsable", "inventado"):
        with pytest.raises(EditRefused) as refusal:
            update(blind, "S1", {"properties": {name: "x"}}, CRS84, None)
        (finding,) = refusal.value.findings
        assert finding.rule == "unknown-property"
        assert finding.message == f"«{name}» no es un campo de «sitios»"
        assert "responsable" not in finding.remedy
    assert rows("SELECT responsable FROM data.sitios WHERE _id = 'S1'") == [("Ana",)]


class TestPlaces:
    """A layer whose place the public sees coarsened."""

    LAYER = altered(
        SITES,
        geometry=altered(SITES.geometry, access=CLASIFICADA, coarsen_m=1000.0),  # type: ignore[type-var]
    )

    @pytest.fixture(autouse=True)
    def loaded(self, engine: sa.Engine) -> None:
        store.sync_layers(engine, catalog(self.LAYER, ZONES, NOTES, TRACKS))
        load(engine, self.LAYER, conformed(self.LAYER, FOUR))

    @pytest.fixture
    def blind(self, engine: sa.Engine) -> Editor:
        return editor(engine, self.LAYER, Access.PUBLICA)

    def test_a_coarse_place_is_never_written_over_the_true_one(
        self, blind: Editor, rows: Callable[..., list[Any]]
    ) -> None:
        before = rows("SELECT geom FROM data.sitios ORDER BY _id")
        coarse = {"type": "Point", "coordinates": [-75.24, 4.44]}
        for act in (
            lambda: replace(blind, "S1", body(coarse, nombre="x"), None),
            lambda: update(blind, "S1", {"geometry": coarse}, CRS84, None),
            lambda: update(blind, "S1", {"geometry": None}, CRS84, None),
            lambda: create(blind, body(coarse, codigo="S9")),
        ):
            with pytest.raises(EditRefused) as refusal:
                act()
            assert reasons(refusal) == [("geometry-not-visible", "geometry")]
        assert rows("SELECT geom FROM data.sitios ORDER BY _id") == before

    def test_fields_are_edited_without_touching_the_place(
        self, blind: Editor, rows: Callable[..., list[Any]]
    ) -> None:
        before = rows("SELECT geom FROM data.sitios ORDER BY _id")
        replace(blind, "S1", body(None, nombre="x"), None)
        update(blind, "S2", {"properties": {"nombre": "y"}}, CRS84, None)
        assert rows("SELECT geom FROM data.sitios ORDER BY _id") == before

    def test_findings_do_not_tell_the_place(self, blind: Editor, run: Callable[..., None]) -> None:
        run("UPDATE data.sitios SET geom = ST_SetSRID(ST_MakePoint(1, 1), 9377) WHERE _id = 'S1'")
        with pytest.raises(EditRefused) as refusal:
            update(blind, "S1", {"properties": {"nombre": "x"}}, CRS84, None)
        (finding,) = refusal.value.findings
        assert (finding.rule, finding.lon, finding.value) == ("hidden-data", None, None)


def test_an_edit_rests_on_what_was_read(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    read = version(engine, "S1")
    other = version(engine, "S2")
    update(editor(engine), "S1", {"properties": {"camas": 9}}, CRS84, frozenset({read}))
    assert version(engine, "S1") != read
    assert version(engine, "S2") == other
    for act in (
        lambda: update(
            editor(engine), "S1", {"properties": {"camas": 5}}, CRS84, frozenset({read})
        ),
        lambda: replace(editor(engine), "S1", body(None), frozenset({read})),
        lambda: delete(editor(engine), "S1", frozenset({read})),
    ):
        with pytest.raises(EditStale):
            act()
    with pytest.raises(NotFound):
        delete(editor(engine), "S99", frozenset({read}))


def test_a_version_says_nothing_of_what_the_class_does_not_see(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    public, whole = version(engine, "S1", Access.PUBLICA), version(engine, "S1")
    update(editor(engine), "S1", {"properties": {"responsable": "Eva"}}, CRS84, None)
    assert version(engine, "S1", Access.PUBLICA) == public
    assert version(engine, "S1") != whole
    # Whoever sees more cannot rest on a reading that lacked fields: it would wipe them.
    with pytest.raises(EditStale):
        replace(editor(engine), "S1", body(None, nombre="x"), frozenset({public}))


def test_of_edits_at_once_exactly_one_is_written(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    many = store.make_engine(engine.url.render_as_string(hide_password=False), pool_size=16)
    for _ in range(5):
        read, start = version(engine, "S1"), Barrier(8)
        won: list[int] = []
        lost: list[int] = []

        def act(number: int, read: str = read, start: Barrier = start) -> None:
            patch = {"properties": {"nombre": f"{read}-{number}"}}
            start.wait()
            try:
                update(editor(many), "S1", patch, CRS84, frozenset({read}))
                won.append(number)  # noqa: B023
            except EditStale:
                lost.append(number)  # noqa: B023

        threads = [Thread(target=act, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(won), len(lost)) == (1, 7)
        with engine.connect() as conn:
            stored = conn.scalar(sa.text("SELECT nombre FROM data.sitios WHERE _id = 'S1'"))
        assert stored == f"{read}-{won[0]}"
    many.dispose()


def test_edits_of_different_features_at_once_are_all_written(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, FOUR))
    failures: list[BaseException] = []

    def act(name: str) -> None:
        try:
            for number in range(5):
                patch = {"properties": {"camas": number + 100}}
                update(editor(engine), name, patch, CRS84, None)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=act, args=(f"S{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with engine.connect() as conn:
        assert len([c for c in ledger(conn, "sitios") if c.origin == "edit"]) == 20
        assert list(verify_chain(conn)) == []


def test_an_overlap_with_what_is_there_is_said_by_its_id(engine: sa.Engine) -> None:
    layer = altered(ZONES, rules=(NoOverlap(by=("fenomeno",)),))
    load(engine, layer, conformed(layer, [zone("a", 0), zone("a", 5), zone("b", 0)]))
    ring = [[NORTH + y, EAST + x] for x, y in ((50, 0), (90, 0), (90, 90), (50, 90), (50, 0))]
    shape = {"type": "Polygon", "coordinates": [ring]}
    sent = Submitted({"fenomeno": "a", "numero": 9}, shape, ORIGEN_NACIONAL)
    done = create(editor(engine, layer), sent)
    (warning,) = done.findings
    assert (warning.rule, warning.value) == ("overlap", "a~0")
    assert "«a~0»" in warning.message
    with engine.connect() as conn:
        stored = conn.execute(sa.text("SELECT rule, feature FROM sig.finding")).tuples().all()
    assert stored == [("overlap", "a~9")]
    again = Submitted({"fenomeno": "a", "numero": 10}, shape, ORIGEN_NACIONAL)
    blocking = altered(ZONES, rules=(NoOverlap(severity=Severity.BLOCKING),))
    with pytest.raises(EditRefused):
        create(editor(engine, blocking), again)


def test_shapes_of_the_store_are_the_ones_sent(
    engine: sa.Engine, rows: Callable[..., list[Any]]
) -> None:
    create(editor(engine), in_store(HERE, codigo="S1"))
    (stored,) = rows("SELECT ST_AsBinary(geom) FROM data.sitios")[0]
    assert shapely.from_wkb(bytes(stored)) == shapely.Point(EAST, NORTH)

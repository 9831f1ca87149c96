"""Deliveries, edits and undo over a real PostGIS."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest
import shapely
import sqlalchemy as sa

from gis import store
from gis.changesets import (
    changeset,
    findings_of,
    ledger,
    load,
    quarantine_of,
    undo,
    verify_chain,
)
from gis.contract import Geometry
from gis.contract.access import Access
from gis.errors import ChangesetConflict, DeliveryRefused, InvalidRequest
from gis.findings import Finding, Severity
from gis.store import layer_state
from tests.integration.builders import (
    EAST,
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
    from gis.contract.catalog import Catalog

pytestmark = pytest.mark.usefixtures("small")
THREE = [site("S1", 0, nombre="uno"), site("S2", 10, nombre="dos"), site("S3", None)]


def state_of(engine: sa.Engine, name: str) -> Any:
    with engine.connect() as connection:
        return layer_state(connection, name, Access.PUBLICA)


def test_first_delivery_adds_everything_and_writes_no_history(engine: sa.Engine, rows: Any) -> None:
    report = load(engine, SITES, conformed(SITES, THREE), actor="ana", note="primera")
    assert (report.added, report.changed, report.removed, report.unchanged) == (3, 0, 0, 0)
    assert rows("SELECT count(*) FROM history.sitios") == [(0,)]
    state = state_of(engine, "sitios")
    assert (state.feature_count, state.without_geometry, state.generation) == (3, 1, 1)
    with engine.connect() as connection:
        (entry,) = ledger(connection, "sitios")
    assert (entry.actor, entry.note, entry.origin) == ("ana", "primera", "delivery")
    assert entry.source["name"] == "prueba.csv"


def test_same_delivery_again_writes_nothing(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    before = state_of(engine, "sitios")
    report = load(engine, SITES, conformed(SITES, THREE))
    assert report.is_noop
    assert report.changeset is None
    assert state_of(engine, "sitios") == before


def test_what_a_delivery_has_no_column_for_is_kept(engine: sa.Engine, rows: Any) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", responsable="Ana", camas=3)]))
    public = conformed(SITES, [site("S1", camas=3)], absent=("responsable",))
    assert load(engine, SITES, public).is_noop
    more = [site("S1", camas=4), site("S2", 10)]
    load(engine, SITES, conformed(SITES, more, absent=("responsable",)))
    kept = rows("SELECT codigo, camas, responsable FROM data.sitios ORDER BY codigo")
    assert kept == [("S1", 4, "Ana"), ("S2", None, None)]


def test_an_empty_column_empties_the_field(engine: sa.Engine, rows: Any) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", responsable="Ana")]))
    load(engine, SITES, conformed(SITES, [site("S1", responsable=None)]))
    assert rows("SELECT responsable FROM data.sitios") == [(None,)]


def test_real_data_keep_nothing_of_a_demonstration(engine: sa.Engine, rows: Any) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", responsable="X")]), demonstration=True)
    load(engine, SITES, conformed(SITES, [site("S1")], absent=("responsable",)))
    assert rows("SELECT responsable FROM data.sitios") == [(None,)]


def test_geometry_within_tolerance_is_the_same_and_beyond_it_is_not(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", 0.0)]))
    assert load(engine, SITES, conformed(SITES, [site("S1", 0.008)])).is_noop
    assert load(engine, SITES, conformed(SITES, [site("S1", 0.02)])).changed == 1


def test_polygon_compares_vertex_by_vertex(engine: sa.Engine) -> None:
    load(engine, ZONES, conformed(ZONES, [zone("MM", 1)]))
    moved = zone("MM", 1)
    moved["geom"] = shapely.transform(moved["geom"], lambda xy: xy + 0.005)
    assert load(engine, ZONES, conformed(ZONES, [moved])).is_noop
    assert load(engine, ZONES, conformed(ZONES, [zone("MM", 1, 100.02)])).changed == 1


def test_replace_shows_added_changed_and_removed(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    delivery = [site("S1", 0, nombre="uno"), site("S2", 10, nombre="otro"), site("S4", 5)]
    report = load(engine, SITES, conformed(SITES, delivery))
    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 1, 1)
    shown = {(change.op, change.feature, change.fields) for change in report.sample}
    assert shown == {("added", "S4", ()), ("changed", "S2", ("nombre",)), ("removed", "S3", ())}


def test_upsert_removes_nothing(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    report = load(engine, SITES, conformed(SITES, [site("S2", 11), site("S9")]), mode="upsert")
    assert (report.added, report.changed, report.removed) == (1, 1, 0)
    assert state_of(engine, "sitios").feature_count == 4


def test_upsert_needs_a_key(engine: sa.Engine) -> None:
    with pytest.raises(InvalidRequest, match="llave"):
        load(engine, NOTES, conformed(NOTES, [{"texto": "a"}]), mode="upsert")


def test_dry_run_tells_and_writes_nothing(engine: sa.Engine, rows: Any) -> None:
    report = load(engine, SITES, conformed(SITES, THREE), dry_run=True)
    assert (report.added, report.changeset, report.dry_run) == (3, None, True)
    assert rows("SELECT count(*) FROM data.sitios") == [(0,)]
    assert rows("SELECT count(*) FROM sig.changeset") == [(0,)]


def bad(row: int, feature: str) -> Finding:
    return Finding("codigo-fuera-de-lista", Severity.BLOCKING, "Mal", "Corrija", row, feature)


def test_blocking_finding_refuses_the_delivery_whole(engine: sa.Engine, rows: Any) -> None:
    delivery = conformed(SITES, THREE, refused=[3], findings=[bad(3, "S2")])
    with pytest.raises(DeliveryRefused) as refusal:
        load(engine, SITES, delivery)
    assert refusal.value.findings == (bad(3, "S2"),)
    assert rows("SELECT count(*) FROM data.sitios") == [(0,)]


def test_quarantine_of_every_row_is_refused(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    delivery = conformed(SITES, [site("S9")], refused=[2])
    delivery = replace(delivery, rows=delivery.rows.iloc[:0])
    with pytest.raises(DeliveryRefused, match="ninguna fila"):
        load(engine, SITES, delivery, quarantine=True)
    assert state_of(engine, "sitios").feature_count == 3


def test_quarantine_keeps_the_current_state_of_what_it_leaves_out(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    delivery = conformed(
        SITES, [site("S1", 5), site("S2", 99)], refused=[3], findings=[bad(3, "S2")]
    )
    report = load(engine, SITES, delivery, quarantine=True)
    assert (report.changed, report.removed, report.refused) == (1, 1, 1)
    with engine.connect() as connection:
        names = set(connection.scalars(sa.text("SELECT _id FROM data.sitios")))
        assert names == {"S1", "S2"}
        assert report.changeset is not None
        assert changeset(connection, report.changeset).refused == 1
        assert findings_of(connection, report.changeset) == [bad(3, "S2")]
        assert quarantine_of(connection, report.changeset)[3]["codigo"] == "S2"


def test_repeated_feature_is_refused_even_when_nothing_found_it(engine: sa.Engine) -> None:
    with pytest.raises(DeliveryRefused, match="repite"):
        load(engine, SITES, conformed(SITES, [site("S1"), site("S1", 3)]))


def test_key_that_no_index_can_hold_is_refused_in_words(engine: sa.Engine) -> None:
    digits = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(256))
    long = "S" + "".join(d for d in digits if d.isdigit())
    with pytest.raises(DeliveryRefused, match="llave"):
        load(engine, SITES, conformed(SITES, [site(long)]))


def test_composite_key_gives_one_id_that_cannot_be_confused(engine: sa.Engine, rows: Any) -> None:
    load(engine, ZONES, conformed(ZONES, [zone("A~B", 1), zone("A", 2), zone("100%", 3)]))
    assert sorted(rows("SELECT _id FROM data.zonas_prueba")) == [
        ("100%25~3",), ("A%7EB~1",), ("A~2",),
    ]  # fmt: skip


def test_layer_without_key_survives_a_round_trip_of_its_geometry(engine: sa.Engine) -> None:
    line = shapely.LineString([(EAST, NORTH), (EAST + 50, NORTH + 20)])
    load(engine, TRACKS, conformed(TRACKS, [{"nombre": "a", "geom": line}]))
    nudged = shapely.transform(line, lambda xy: xy + 0.006)
    assert load(engine, TRACKS, conformed(TRACKS, [{"nombre": "a", "geom": nudged}])).is_noop
    report = load(engine, TRACKS, conformed(TRACKS, [{"nombre": "b", "geom": line}]))
    assert (report.added, report.removed) == (1, 1)


def test_change_typed_in_sql_is_a_changeset(engine: sa.Engine, run: Any, rows: Any) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    run(
        "UPDATE data.sitios SET nombre = 'x' WHERE codigo = 'S1'",
        "UPDATE data.sitios SET nombre = 'y' WHERE codigo = 'S1'",
        "DELETE FROM data.sitios WHERE codigo = 'S2'",
        "INSERT INTO data.sitios (codigo) VALUES ('S7')",
    )
    with engine.connect() as connection:
        newest, *_ = ledger(connection, "sitios")
    assert (newest.origin, newest.added, newest.changed, newest.removed) == ("sql", 1, 1, 1)
    assert rows("SELECT _id, nombre FROM history.sitios ORDER BY _id") == [
        ("S1", "uno"),
        ("S2", "dos"),
    ]
    assert state_of(engine, "sitios").unreviewed == 2


def test_sql_that_comes_back_to_where_it_was_leaves_no_trace(
    engine: sa.Engine, run: Any, rows: Any
) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    run(
        "INSERT INTO data.sitios (codigo) VALUES ('S8')",
        "DELETE FROM data.sitios WHERE codigo = 'S8'",
    )
    run("UPDATE data.sitios SET nombre = nombre")
    assert rows("SELECT count(*) FROM sig.changeset") == [(1,)]
    assert rows("SELECT count(*) FROM sig.outbox o WHERE changeset > 1") == [(0,)]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("TRUNCATE data.sitios CASCADE", "TRUNCATE"),
        ("UPDATE data.sitios SET _changeset = 1", "_changeset"),
        ("INSERT INTO data.sitios (codigo, _changeset) VALUES ('S5', 1)", "_changeset"),
        ("UPDATE data.sitios SET camas = -1", "camas__valid"),
        ("INSERT INTO data.sitios (codigo) VALUES ('mal')", "codigo__valid"),
        ("INSERT INTO data.notas (sitio) VALUES ('S99')", "notas_sitio_fkey"),
    ],
)
def test_the_store_itself_refuses(engine: sa.Engine, run: Any, statement: str, words: str) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    load(engine, SITES, conformed(SITES, [*THREE, site("S4")]))
    with pytest.raises(sa.exc.DBAPIError, match=words):
        run(statement)


def test_undo_restores_rows_ids_and_tiles(engine: sa.Engine, small: Catalog, rows: Any) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    everything = "SELECT _fid, _id, nombre, ST_AsText(geom) FROM data.sitios ORDER BY _fid"
    before = rows(everything)
    second = load(engine, SITES, conformed(SITES, [site("S1", 40, nombre="z"), site("S6")]))
    assert second.changeset is not None
    report = undo(engine, small, second.changeset, actor="ana")
    assert (report.added, report.changed, report.removed) == (2, 1, 1)
    assert rows(everything) == before
    with engine.connect() as connection:
        assert ledger(connection, "sitios")[0].undoes == second.changeset


def test_undo_can_be_rehearsed(engine: sa.Engine, small: Catalog, rows: Any) -> None:
    first = load(engine, SITES, conformed(SITES, THREE))
    assert first.changeset is not None
    report = undo(engine, small, first.changeset, dry_run=True)
    assert (report.dry_run, report.changeset, report.removed) == (True, None, 3)
    assert rows("SELECT count(*) FROM data.sitios") == [(3,)]
    assert rows("SELECT seq FROM sig.chain") == [(1,)]


def test_undo_restores_generalised_rows(engine: sa.Engine, small: Catalog, rows: Any) -> None:
    tiles = "SELECT _fid, band, ST_AsText(geom) FROM tiles.zonas_prueba ORDER BY 1, 2"
    load(engine, ZONES, conformed(ZONES, [zone("MM", 1), zone("MM", 2)]))
    drawn = rows(tiles)
    assert {band for _, band, _ in drawn} == {10, 12, 14, 24}  # merged from there on
    second = load(engine, ZONES, conformed(ZONES, [zone("MM", 1, 300), zone("MM", 3)]))
    assert rows(tiles) != drawn
    assert second.changeset is not None
    undo(engine, small, second.changeset)
    assert rows(tiles) == drawn


def test_undo_of_what_was_touched_later_is_refused_by_name(
    engine: sa.Engine, small: Catalog, run: Any
) -> None:
    first = load(engine, SITES, conformed(SITES, THREE))
    run("UPDATE data.sitios SET nombre = 'después' WHERE codigo = 'S2'")
    assert first.changeset is not None
    with pytest.raises(ChangesetConflict, match=r"S2 \(cambio 2\)"):
        undo(engine, small, first.changeset)


def test_undo_of_a_removal_whose_key_was_taken_is_refused(
    engine: sa.Engine, small: Catalog, run: Any
) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    gone = load(engine, SITES, conformed(SITES, THREE[:2]))
    run("INSERT INTO data.sitios (codigo) VALUES ('S3')")
    assert gone.changeset is not None
    with pytest.raises(ChangesetConflict, match="S3"):
        undo(engine, small, gone.changeset)


def test_chain_holds_and_tampering_shows(engine: sa.Engine, run: Any) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    run("UPDATE data.sitios SET nombre = 'x' WHERE codigo = 'S1'")
    load(engine, ZONES, conformed(ZONES, [zone("MM", 1)]))
    with engine.connect() as connection:
        assert list(verify_chain(connection)) == []
    run("UPDATE history.sitios SET nombre = 'nunca' WHERE codigo = 'S1'")
    with engine.connect() as connection:
        assert list(verify_chain(connection)) == [
            "El contenido del cambio 1 (sitios) no es el que se selló",
            "El contenido del cambio 2 (sitios) no es el que se selló",
        ]


def test_demonstration_ends_when_real_data_replace_it(engine: sa.Engine, small: Catalog) -> None:
    load(engine, SITES, conformed(SITES, THREE), demonstration=True)
    assert state_of(engine, "sitios").demonstration
    load(engine, SITES, conformed(SITES, [site("S2", 10, nombre="real")]), mode="upsert")
    assert state_of(engine, "sitios").demonstration
    real = load(engine, SITES, conformed(SITES, [site("S2", 10, nombre="real"), site("S8")]))
    assert not state_of(engine, "sitios").demonstration
    assert real.changeset is not None
    undo(engine, small, real.changeset)
    assert state_of(engine, "sitios").demonstration


def test_demonstration_cannot_be_laundered_through_a_file(engine: sa.Engine) -> None:
    ours = replace(conformed(SITES, [site("S1", nombre="retocado")]), demonstration=True)
    load(engine, SITES, ours)
    assert state_of(engine, "sitios").demonstration


def test_history_reads_any_moment(engine: sa.Engine, rows: Any) -> None:
    as_of = """
        SELECT nombre FROM publica.sitios WHERE _changeset <= :n AND codigo = 'S1'
        UNION ALL SELECT nombre FROM publica.sitios__history
         WHERE _opened <= :n AND _closed > :n AND codigo = 'S1'
    """
    for name in ("a", "b", "c"):
        load(engine, SITES, conformed(SITES, [site("S1", nombre=name)]))
    assert [rows(as_of, n=n) for n in (0, 1, 2, 3)] == [[], [("a",)], [("b",)], [("c",)]]


def test_reader_sees_its_views_and_nothing_else(engine: sa.Engine, reader: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", responsable="Persona Reservada")]))
    with reader.connect() as connection:
        seen = connection.execute(sa.text("SELECT * FROM publica.sitios")).mappings().one()
        assert "responsable" not in seen
        for door in (
            "data.sitios", "history.sitios", "tiles.zonas_prueba", "clasificada.sitios",
            "reservada.sitios", "sig.changeset", "sig.finding", "sig.quarantine",
        ):  # fmt: skip
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.execute(sa.text("TABLE " + door))
            connection.rollback()
        with pytest.raises(sa.exc.DBAPIError):
            connection.execute(sa.text("DELETE FROM publica.sitios"))


def test_layer_lifecycle_is_idempotent_and_closes_at_once(
    engine: sa.Engine, reader: sa.Engine, small: Catalog
) -> None:
    load(engine, SITES, conformed(SITES, THREE))
    assert store.sync_layers(engine, small) == []
    closed = tuple(
        replace(f, access=Access.CLASIFICADA) if f.name == "nombre" else f for f in SITES.fields
    )
    stricter = replace(SITES, fields=closed, label="")
    assert store.sync_layers(engine, catalog(stricter)) == ["sitios"]
    with reader.connect() as connection:
        seen = set(connection.execute(sa.text("SELECT * FROM publica.sitios")).keys())
    assert "nombre" not in seen
    assert "camas" in seen


def test_coarsened_geometry_hides_the_true_place_on_every_way_out(
    engine: sa.Engine, reader: sa.Engine
) -> None:
    shape = Geometry("Point", required=False, access=Access.RESERVADA, coarsen_m=500.0)
    hidden = replace(SITES, name="sitios_ocultos", geometry=shape)
    store.sync_layers(engine, catalog(hidden))
    load(engine, hidden, conformed(hidden, [site("S1", 123.4, 77.7)]))
    with reader.connect() as connection:
        read = "SELECT ST_X(geom) AS x, ST_Y(geom) AS y FROM publica.sitios_ocultos"
        place = connection.execute(sa.text(read)).one()
        assert (place.x % 500, place.y % 500) == (0, 0)
        assert layer_state(connection, "sitios_ocultos", Access.PUBLICA).extent is None
        assert connection.scalars(sa.text("SELECT extent FROM publica.sig_outbox")).all() == [None]
        tile = sa.text("SELECT publica.sitios_ocultos__tile(16, 19072, 31959)")
        whole = [
            connection.scalar(sa.text("SELECT publica.sitios_ocultos__tile(0, 0, 0)")),
            connection.scalar(tile),
        ]
    (feature,) = mapbox_vector_tile.decode(bytes(whole[0]))["sitios_ocultos"]["features"]
    assert "responsable" not in feature["properties"]
    assert bytes(whole[1]) == b""

"""The feed: what left, row by row, what is to come; never a field or a row that is not public."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from gis import changesets
from gis.contract import PUBLICA, Aggregate, Announcement, Period
from gis.contract.catalog import Catalog
from gis.contract.derived import Counted
from gis.differences import MOST, differences
from gis.errors import ContractError
from publishers.feed import ATOM, atom, entries
from publishers.publish import publish
from tests.publishers.city import CATALOG, ENTITY, PERSONAL, TREES, City
from tests.publishers.site import served

if TYPE_CHECKING:
    from publishers.feed import Entry
    from tests.databases import Database


def told(city: City, dataset: str = "", catalog: Catalog = CATALOG) -> list[Entry]:
    with city.reader.connect() as conn:
        return entries(conn, catalog, dataset)


def change(city: City) -> None:
    """One tree changes, one goes, one comes; and something private of another."""
    city.run("UPDATE data.arboles SET altura_m = 13, telefono = '3110000000' WHERE codigo = 'A-1'")
    city.run("UPDATE data.arboles SET cuidador = 'Otra Personal' WHERE codigo = 'A-2'")
    city.run("DELETE FROM data.arboles WHERE codigo = 'A-3'")
    city.run("INSERT INTO data.arboles (codigo, altura_m) VALUES ('A-4', 2)")


@pytest.fixture
def changed(city: City) -> City:
    publish(city.order("arboles"))
    change(city)
    publish(city.order("arboles"))
    return city


def test_rows_are_told_from_one_publication_to_the_next(changed: City) -> None:
    newest, first = told(changed, "arboles")
    assert first.rows is None
    assert first.title.startswith("Nuevo")
    assert newest.rows is not None
    assert (newest.rows.added, newest.rows.removed) == (("A-4",), ("A-3",))
    (altered,) = newest.rows.changed
    assert altered.id == "A-1"
    assert {n: tuple(map(float, v)) for n, v in altered.fields.items()} == {"altura_m": (12.5, 13)}
    assert "personal" not in str(newest).lower()
    assert PERSONAL[1] not in str(newest)


def test_the_feed_of_all_tells_no_rows(changed: City) -> None:
    assert [entry.rows for entry in told(changed)] == [None, None]


def test_a_dataset_s_filter_decides_what_came_and_went(changed: City) -> None:
    with changed.reader.connect() as conn:
        found = differences(conn, TREES, PUBLICA, 1, 99, where="altura_m >= 12.7")
    assert found is not None
    assert (found.added, found.changed, found.removed) == (("A-1",), (), ())


def test_a_moved_feature_says_only_that_it_moved(city: City) -> None:
    city.run("UPDATE data.arboles SET geom = ST_Translate(geom, 5, 0) WHERE codigo = 'A-1'")
    with city.reader.connect() as conn:
        found = differences(conn, TREES, PUBLICA, 1, 99)
    assert found is not None
    assert [(c.id, c.fields) for c in found.changed] == [("A-1", {"geometry": (None, None)})]


def test_too_many_are_not_told_one_by_one(city: City) -> None:
    city.run(
        "INSERT INTO data.arboles (codigo) SELECT 'X' || i FROM generate_series(0, :n) AS i", n=MOST
    )
    with city.reader.connect() as conn:
        assert differences(conn, TREES, PUBLICA, 1, 99) is None


def test_of_what_is_counted_no_row_is_told(changed: City) -> None:
    counting = Aggregate(of="sembrado", period=Period.YEAR, by=("especie",))
    counted = replace(TREES, derived=Counted("x", "", counting))
    catalog = Catalog(ENTITY, {"arboles": counted})
    newest, _ = told(changed, "arboles", catalog)
    assert newest.rows is None
    assert "Nueva edición" in newest.text


def test_what_was_erased_by_law_is_in_no_feed(changed: City) -> None:
    changesets.forget(changed.engine, TREES, ["A-3", "A-4"], order="Resolución 1")
    assert "A-3" not in str(told(changed, "arboles"))
    assert "A-4" not in str(told(changed, "arboles"))


def test_a_change_to_come_is_announced_from_its_day_on(city: City) -> None:
    coming = (
        Announcement("2020-01-01", "2020-06-30", "Se retira el campo altura."),
        Announcement("9000-01-01", "9000-06-30", "Aún no se dice."),
    )
    catalog = Catalog(ENTITY, {"arboles": replace(TREES, announcements=coming)})
    (entry,) = told(city, "arboles", catalog)
    assert entry.text == "Desde el 2020-06-30: Se retira el campo altura."
    with pytest.raises(ContractError, match="antes de que rija"):
        Announcement("2027-02-01", "2027-01-01", "x")
    with pytest.raises(ContractError, match="debe ser un día"):
        Announcement("mañana", "2027-01-01", "x")


def test_an_empty_feed_is_still_one() -> None:
    feed = etree.fromstring(atom([], "t", "a", "https://x.example", "https://x.example/f"))
    assert feed.findtext(f"{{{ATOM}}}updated") == datetime(2000, 1, 1, tzinfo=UTC).isoformat()


def test_both_forms_are_served(changed: City, database: Database) -> None:
    with served(database, changed) as site:
        document = site.get("/datos/arboles/cambios.json")
        assert document.headers["Content-Type"].startswith("application/feed+json")
        (newest, _) = document.json()["items"]
        assert newest["_filas"]["agregadas"] == ["A-4"]
        assert newest["_filas"]["cambiadas"][0]["campos"]["altura_m"] == [12.5, 13.0]
        assert len(site.get("/datos/cambios.json").json()["items"]) == 2
        answer = site.get("/datos/arboles/cambios.atom")
        feed = etree.fromstring(answer.content)
        found = feed.findall(f"{{{ATOM}}}entry")
        assert len(found) == 2
        assert "agregadas: A-4" in (found[0].findtext(f"{{{ATOM}}}content") or "")
        assert len({e.findtext(f"{{{ATOM}}}id") for e in found}) == 2
        assert site.get("/datos/nada/cambios.atom").status_code == 404

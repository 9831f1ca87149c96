"""A Socrata portal: whole, by differences, nothing twice; and the test portal against the official
client."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import requests
from socrata import Socrata
from socrata.authorization import Authorization

from gis import publications as ledger
from gis.errors import TargetError, TargetRefused
from publishers.assets import StoredAssets
from publishers.publish import publish
from publishers.targets.socrata import SocrataTarget
from publishers.targets.socrata_client import SocrataClient
from tests.publishers import socrata_portal
from tests.publishers.city import ENTITY, PERSONAL, City

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from publishers.publish import Order, Outcome
    from tests.publishers.socrata_portal import Portal

pytestmark = pytest.mark.heavy


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    folder = tmp_path / "portal"
    folder.mkdir()
    with socrata_portal.running(folder) as running:
        yield running


def target(city: City, portal: Portal) -> SocrataTarget:
    session = requests.Session()
    session.verify = str(portal.ca)
    client = SocrataClient(
        "oficial",
        portal.address,
        socrata_portal.KEY,
        session=session,
        sleep=lambda _: None,
        timeout=(5, 5),
    )
    return SocrataTarget(client, ENTITY, StoredAssets(city.engine), {})


def order(city: City, portal: Portal, dataset: str = "arboles", **values: Any) -> Order:
    return city.order(dataset, "oficial", target=target(city, portal), **values)


def send(city: City, portal: Portal, dataset: str = "arboles", **values: Any) -> Outcome:
    return publish(order(city, portal, dataset, **values))


def only_view(portal: Portal) -> dict[str, Any]:
    (view,) = portal.held.views.values()
    return view


def codes(portal: Portal) -> set[str]:
    view = only_view(portal)["id"]
    return {row["codigo"] for row in portal.held.rows[view]}


def test_a_dataset_goes_whole_and_is_described(city: City, portal: Portal) -> None:
    done = send(city, portal)
    assert done.result == ledger.PUBLISHED
    view = only_view(portal)
    assert view["publicationStage"] == "published"
    assert view["name"].startswith("Árboles del espacio público")
    types = {column["fieldName"]: column["dataTypeName"] for column in view["columns"]}
    assert (types["altura_m"], types["sembrado"], types["ubicacion"]) == (
        "number",
        "calendar_date",
        "point",
    )
    fields = view["metadata"]["custom_fields"]
    assert fields["Información de la Entidad"]["Municipio"] == "Villa Ejemplo"
    assert not any(secret in str(portal.held.rows) for secret in PERSONAL)
    assert sum("/chunk/" in request for request in portal.requests) > 2


@pytest.mark.parametrize("dataset", ["zonas_verdes", "cursos"])
def test_areas_and_tables_too(city: City, portal: Portal, dataset: str) -> None:
    assert send(city, portal, dataset).result == ledger.PUBLISHED


def test_an_unchanged_dataset_sends_nothing_and_touches_no_date(city: City, portal: Portal) -> None:
    send(city, portal)
    before = dict(only_view(portal))
    portal.requests.clear()
    assert send(city, portal).result == ""
    assert {request.split()[0] for request in portal.requests} == {"GET"}
    assert only_view(portal) == before


@pytest.mark.parametrize(
    ("status", "finished"), [("approval_submitted", None), ("rejected", "2026-01-01T00:00:00")]
)
def test_what_others_left_on_the_portal_stops_nothing(
    city: City, portal: Portal, status: str, finished: str | None
) -> None:
    send(city, portal)
    with portal.store.change() as held:
        (revisions,) = held.revisions.values()
        job = {"id": 999, "status": status, "finished_at": finished, "log": []}
        theirs = {"revision_seq": 99, "notes": "a mano", "task_sets": [job], "closed_at": None}
        revisions.insert(0, revisions[0] | theirs)
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    assert send(city, portal).result == ledger.PUBLISHED


def test_what_the_portal_is_applying_is_waited_for(city: City, portal: Portal) -> None:
    send(city, portal)
    with portal.store.change() as held:
        (revisions,) = held.revisions.values()
        job = {"id": 999, "status": "upserting", "finished_at": None, "log": []}
        theirs = {"revision_seq": 99, "notes": "a mano", "task_sets": [job], "closed_at": None}
        revisions.insert(0, revisions[0] | theirs)
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    with pytest.raises(TargetError, match="aún aplica otra revisión"):
        send(city, portal)


def test_only_the_rows_that_changed_travel(city: City, portal: Portal) -> None:
    city.run(
        "INSERT INTO data.arboles (codigo, altura_m) "
        "SELECT 'B-' || n, n % 40 FROM generate_series(1, 200) AS n"
    )
    send(city, portal)
    city.run("UPDATE data.arboles SET altura_m = 41 WHERE codigo = 'B-7'")
    city.run("DELETE FROM data.arboles WHERE codigo = 'B-8'")
    portal.requests.clear()
    done = send(city, portal)
    assert done.result == ledger.PUBLISHED
    assert not any("/chunk/" in request for request in portal.requests)
    assert "B-8" not in codes(portal)
    assert len(codes(portal)) == 202


def test_what_others_wrote_in_the_metadata_stays(city: City, portal: Portal) -> None:
    send(city, portal)
    with portal.store.change() as held:
        view = next(iter(held.views.values()))
        view["metadata"]["custom_fields"]["Información de Datos"]["URL Normativa"] = "https://x"
    socrata_portal.FIELDSETS["Información de Datos"].add("URL Normativa")
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    assert send(city, portal).plan.code == "target-drifted"
    assert send(city, portal, force=True).result == ledger.PUBLISHED
    fields = only_view(portal)["metadata"]["custom_fields"]
    assert fields["Información de Datos"]["URL Normativa"] == "https://x"


def test_metadata_the_portal_would_not_take_changes_nothing(
    city: City, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(city, portal)
    before = dict(only_view(portal))
    monkeypatch.setitem(socrata_portal.FIELDSETS, "Información de Datos", {"Idioma"})
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    with pytest.raises(TargetRefused, match="no acepta los metadatos"):
        send(city, portal)
    assert only_view(portal) == before


def test_rows_changed_by_hand_are_never_overwritten_blindly(city: City, portal: Portal) -> None:
    send(city, portal)
    with portal.store.change() as held:
        view = next(iter(held.views))
        held.rows[view].pop()
        held.views[view]["rowsUpdatedAt"] = held.tick()
    refused = send(city, portal)
    assert (refused.result, refused.plan.code) == (ledger.REFUSED, "target-drifted")
    assert send(city, portal, force=True).result == ledger.PUBLISHED
    assert len(codes(portal)) == 3


def test_the_official_client_understands_the_portal(portal: Portal) -> None:
    authority = Authorization(portal.address.removeprefix("https://"), *socrata_portal.KEY)
    authority.verify = str(portal.ca)
    socrata = Socrata(authority)
    revision, output = socrata.create(name="Árboles", description="De prueba").csv(
        io.BytesIO(b"codigo,altura\nA-1,12.5\nA-2,x\n"), "arboles.csv"
    )
    changed = output.change_column_transform("altura").to("to_number(`altura`)").run()
    done = changed.wait_for_finish(sleeptime=0)
    assert done.attributes["error_count"] == 1
    assert done.validate_row_id("codigo")
    job = revision.apply(output_schema=output)
    assert job.wait_for_finish(sleeptime=0).attributes["status"] == "successful"
    assert len(portal.held.rows[revision.view_id()]) == 2
    view = socrata.views.lookup(revision.view_id())
    replacing = view.revisions.create_replace_revision()
    assert replacing.discard()
    with pytest.raises(Exception, match="400"):
        view.revisions._create("otra", {}, None)


def test_what_was_erased_by_order_of_law_leaves_the_portal(city: City, portal: Portal) -> None:
    send(city, portal)
    with portal.store.change() as held:  # a row that no difference of ours knows of
        (view,) = held.views
        held.rows[view].append({**held.rows[view][0], "codigo": "A-9"})
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    assert send(city, portal).result == ledger.PUBLISHED
    assert codes(portal) == {"A-1", "A-2", "A-3"}

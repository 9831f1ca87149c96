"""Publishing in a real CKAN 2.12, over its real API."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import requests
import sqlalchemy as sa

from api import samples
from api.settings import Settings
from api.wiring import System
from gis import publications as ledger
from gis import store
from gis.contract.entity import Target as Account
from gis.errors import TargetDrifted, TargetRefused, TargetUnavailable
from publishers.documents import DOCUMENTS
from publishers.plan import Action
from publishers.publish import Order, publish
from publishers.targets import open_target
from publishers.targets.ckan import CkanTarget
from tests.publishers.city import ENTITY, PERSONAL, TREES, TREES_SQL, City

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gis.contract.catalog import Catalog
    from tests.databases import Database
    from tests.publishers.ckan_server import Ckan

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


class Counting(requests.Session):
    """A session that keeps the names of the actions called."""

    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    def post(self, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        self.actions.append(str(url).rsplit("/", 1)[1])
        return super().post(url, *args, **kwargs)

    @property
    def writes(self) -> list[str]:
        return [name for name in self.actions if not name.endswith("_show")]


class Portal:
    """The city's account in CKAN. Each test has its own prefix, so its own packages."""

    def __init__(self, ckan: Ckan, city: City, prefix: str) -> None:
        self.ckan = ckan
        self.city = city
        self.prefix = prefix
        self.session = Counting()

    def target(self, *, token: str | None = None, url: str | None = None) -> CkanTarget:
        return CkanTarget(
            "ckan",
            url or self.ckan.url,
            self.ckan.token if token is None else token,
            organization="villa-ejemplo",
            organization_title=ENTITY.name,
            prefix=self.prefix,
            session=self.session,
            timeout=(5, 60),
        )

    def order(self, dataset: str = "arboles", **options: Any) -> Order:
        return self.city.order(dataset, "ckan", **{"target": self.target(), **options})

    def show(self, dataset: str = "arboles") -> dict[str, Any]:
        """What anybody sees of the package."""
        answer = requests.get(
            f"{self.ckan.url}/api/3/action/package_show",
            params={"id": self.prefix + dataset},
            timeout=30,
        )
        result: dict[str, Any] = answer.json().get("result", {})
        return result

    def last(self) -> ledger.Publication:
        with self.city.engine.connect() as conn:
            return ledger.publications(conn, target="ckan")[0]


@pytest.fixture
def portal(ckan: Ckan, city: City, request: pytest.FixtureRequest) -> Iterator[Portal]:
    city.secrets.update(U=ckan.url, T=ckan.token)
    yield Portal(ckan, city, f"p{abs(hash(request.node.nodeid)) % 10**8}-")
    ckan.solr.broken = False


def test_a_dataset_stands_as_it_was_sent(portal: Portal, tmp_path: Path) -> None:
    outcome = publish(portal.order())
    assert outcome.result == ledger.PUBLISHED
    found = portal.show()
    assert found["title"] == "Árboles del espacio público. Municipio de Villa Ejemplo"
    assert found["organization"]["name"] == "villa-ejemplo"
    assert found["license_id"] == "cc-by"
    assert found["private"] is False
    extras = {extra["key"]: extra["value"] for extra in found["extras"]}
    assert json.loads(extras["spatial"])["type"] == "Polygon"
    assert extras["Tipo de Sistema de Referencia"] == "EPSG:9377, EPSG:4326"
    assert extras["Frecuencia de Actualización"] == "Mensual"
    assert extras["sig_changeset"] == str(outcome.plan.changeset)
    formats = [resource["format"] for resource in found["resources"]]
    assert formats == ["CSV", "GeoJSON", "GeoPackage", *(each.label for each in DOCUMENTS)]
    metadata = requests.get(extras["Enlace metadato (ISOTC211/19115)"], timeout=30)
    assert metadata.ok
    assert b"MD_Metadata" in metadata.content
    path = tmp_path / "a.gpkg"
    path.write_bytes(requests.get(found["resources"][2]["url"], timeout=30).content)
    assert len(gpd.read_file(path)) == 3
    assert portal.last().address == f"{portal.ckan.url}/dataset/{portal.prefix}arboles"


@pytest.mark.parametrize("dataset", ["arboles_altos", "zonas_verdes", "cursos"])
def test_every_shape_of_dataset_is_accepted(portal: Portal, dataset: str) -> None:
    assert publish(portal.order(dataset)).result == ledger.PUBLISHED
    assert len(portal.show(dataset)["resources"]) == 3 + len(DOCUMENTS)


def test_publishing_twice_sends_nothing(portal: Portal) -> None:
    publish(portal.order())
    before = portal.show()
    portal.session.actions.clear()
    outcome = publish(portal.order())
    assert outcome.plan.action is Action.NOTHING
    assert portal.session.writes == []
    assert portal.show() == before


def test_without_our_ledger_what_stands_is_still_not_sent_again(portal: Portal) -> None:
    publish(portal.order())
    with portal.city.engine.begin() as conn:
        conn.execute(sa.text("DELETE FROM sig.publication"))
    portal.session.actions.clear()
    assert publish(portal.order()).writes == 0
    assert portal.session.writes == []


def test_a_change_sends_what_changed_and_keeps_addresses(portal: Portal) -> None:
    publish(portal.order())
    before = {r["name"]: r["url"] for r in portal.show()["resources"]}
    portal.city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    portal.session.actions.clear()
    publish(portal.order())
    assert "resource_create" not in portal.session.writes
    # The dictionary did not change: it is not uploaded again.
    assert portal.session.writes.count("resource_patch") == 3 + len(DOCUMENTS) - 1
    after = portal.show()
    assert {r["name"]: r["url"] for r in after["resources"]} == before
    text = requests.get(before["arboles.csv"], timeout=30).content.decode()
    assert "A-1,OCO,13," in text


def test_nobody_sees_a_package_half_made(portal: Portal, monkeypatch: Any) -> None:
    seen: list[dict[str, Any]] = []
    send = CkanTarget._send_files

    def watching(self: CkanTarget, *args: Any) -> int:
        sent = send(self, *args)
        seen.append(portal.show())
        return sent

    monkeypatch.setattr(CkanTarget, "_send_files", watching)
    publish(portal.order())
    assert seen == [{}]
    assert portal.show()["state"] == "active"


def test_interrupted_halfway_is_completed_by_the_next_one(portal: Portal, monkeypatch: Any) -> None:
    calls = CkanTarget._call

    def falling(self: CkanTarget, action: str, *args: Any, **kwargs: Any) -> Any:
        if action == "resource_create" and portal.session.actions.count("resource_create") == 3:
            raise TargetUnavailable("se cayó la red")
        return calls(self, action, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(CkanTarget, "_call", falling)
        with pytest.raises(TargetUnavailable):
            publish(portal.order())
    assert portal.show() == {}
    assert publish(portal.order()).result == ledger.PUBLISHED
    assert len(portal.show()["resources"]) == 3 + len(DOCUMENTS)


def test_a_file_that_is_no_longer_published_is_taken_away(portal: Portal) -> None:
    publish(portal.order())
    found = portal.show()
    portal.target()._call(
        "resource_create",
        {"package_id": found["id"], "name": "de-otro.csv", "url": "http://x.example"},
    )
    outcome = publish(portal.order(force=True))
    assert outcome.result == ledger.PUBLISHED
    assert "de-otro.csv" not in [r["name"] for r in portal.show()["resources"]]


def test_what_somebody_changed_there_is_not_overwritten_unless_asked(portal: Portal) -> None:
    publish(portal.order())
    resource = portal.show()["resources"][0]
    portal.target()._call("resource_patch", {"id": resource["id"], "hash": "tocado"})
    outcome = publish(portal.order())
    assert (outcome.result, outcome.plan.code) == (ledger.REFUSED, "target-drifted")
    assert publish(portal.order(force=True)).result == ledger.PUBLISHED


def test_a_package_deleted_there_is_published_again(portal: Portal) -> None:
    publish(portal.order())
    portal.target()._call("package_delete", {"id": portal.prefix + "arboles"})
    assert publish(portal.order()).result == ledger.PUBLISHED
    assert portal.show()["state"] == "active"


def test_only_public_fields_leave(portal: Portal) -> None:
    publish(portal.order())
    said = json.dumps(portal.show(), ensure_ascii=False)
    contents = [requests.get(r["url"], timeout=30).content for r in portal.show()["resources"]]
    for value in (*PERSONAL, "cuidador", "telefono"):
        assert value not in said
        assert not any(value.encode() in content for content in contents)


def test_demonstration_says_so_there(portal: Portal) -> None:
    portal.city.run("DELETE FROM data.arboles")
    with portal.city.demonstration(TREES) as conn:
        conn.exec_driver_sql(TREES_SQL)
    publish(portal.order())
    found = portal.show()
    assert found["title"].startswith("[DEMOSTRACIÓN]")
    assert all("DEMOSTRACIÓN" in r["description"] for r in found["resources"])


def test_demonstration_does_not_enter_a_portal_that_is_not_for_tests(portal: Portal) -> None:
    portal.city.run("DELETE FROM data.arboles")
    with portal.city.demonstration(TREES) as conn:
        conn.exec_driver_sql(TREES_SQL)
    account = replace(portal.city.account("ckan"), test=False)
    outcome = publish(portal.order(account=account))
    assert outcome.plan.code == "demonstration"
    assert portal.session.actions == []


def test_an_editor_of_the_organization_is_enough(portal: Portal) -> None:
    administrator = portal.target()
    administrator._ensure_organization()
    member = {"id": "villa-ejemplo", "username": "editor", "role": "editor"}
    administrator._call("organization_member_create", member)
    editor = portal.target(token=portal.ckan.editor_token)
    assert publish(portal.order(target=editor)).result == ledger.PUBLISHED
    portal.city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    assert publish(portal.order(target=editor)).result == ledger.PUBLISHED
    assert portal.show()["private"] is False


# ---------------------------------------------------------------------------------------- faults


def test_a_wrong_token_is_refused_with_its_reason(portal: Portal) -> None:
    with pytest.raises(TargetRefused, match="credencial") as caught:
        publish(portal.order(target=portal.target(token="no-sirve")))
    assert caught.value.context["status"] == 403
    assert (portal.last().result, portal.last().code) == (ledger.FAILED, "target-refused")


def test_values_the_portal_does_not_accept_are_refused(portal: Portal) -> None:
    with pytest.raises(TargetRefused, match="no acepta los valores") as caught:
        portal.target()._call("package_create", {"name": "Ñ", "owner_org": "villa-ejemplo"})
    assert caught.value.context["status"] == 409


def test_a_name_already_in_use_is_refused(portal: Portal) -> None:
    publish(portal.order())
    with pytest.raises(TargetRefused, match="name"):
        portal.target()._call(
            "package_create", {"name": portal.prefix + "arboles", "owner_org": "villa-ejemplo"}
        )


def test_a_broken_index_is_a_portal_away(portal: Portal) -> None:
    portal.ckan.solr.broken = True
    with pytest.raises(TargetUnavailable) as caught:
        publish(portal.order())
    assert caught.value.context["status"] in (409, 500)
    assert portal.last().code == "target-unavailable"
    portal.ckan.solr.broken = False
    assert publish(portal.order()).result == ledger.PUBLISHED


def test_a_write_while_the_index_is_broken_is_a_portal_away(portal: Portal) -> None:
    publish(portal.order())
    portal.ckan.solr.broken = True
    with pytest.raises(TargetUnavailable) as caught:
        portal.target()._call("package_patch", {"id": portal.prefix + "arboles", "title": "x"})
    assert caught.value.context["status"] == 500


def test_a_portal_that_does_not_answer_is_away(portal: Portal) -> None:
    with pytest.raises(TargetUnavailable, match="no responde"):
        publish(portal.order(target=portal.target(url="http://127.0.0.1:9")))


def test_no_message_carries_the_token(portal: Portal) -> None:
    with pytest.raises(TargetRefused) as caught:
        publish(portal.order(target=portal.target(token="secreto-de-prueba")))
    assert "secreto-de-prueba" not in f"{caught.value}{caught.value.context}{portal.last()}"


def test_what_is_read_back_must_be_what_was_sent(portal: Portal, monkeypatch: Any) -> None:
    monkeypatch.setattr(CkanTarget, "_digest", lambda *_: "otra")
    with pytest.raises(TargetDrifted, match=r"arboles\.csv"):
        publish(portal.order())
    assert portal.last().code == "target-drifted"


# --------------------------------------------------------------------------- what ships, all of it


def test_every_sample_dataset_is_published_and_twice_sends_nothing(
    ckan: Ckan,
    catalog: Catalog,
    new_database: Callable[[str], Database],
    shipped_template: str,
    tmp_path: Path,
) -> None:
    database = new_database(shipped_template)
    settings = Settings(home=tmp_path / "sig", database_url=database.url)
    system = System(settings, catalog, database.engine, database.reader)
    list(samples.load(system, samples.pending(system)))
    account = Account("ckan", "ckan", True, (("token_env", "T"), ("url_env", "U")))
    secrets = {"T": ckan.token, "U": ckan.url}

    def everything() -> list[tuple[str, str, int]]:
        target = open_target(account, catalog.entity, home=settings.home, secrets=secrets)
        done = []
        for layer, dataset in catalog.datasets():
            if "ckan" not in dataset.targets:
                continue
            order = Order(
                system.engine, system.reader, catalog.entity, layer, dataset, account, target,
                tmp_path / "tmp",
            )  # fmt: skip
            outcome = publish(order)
            done.append((dataset.name, outcome.plan.code or outcome.result, outcome.writes))
        return done

    with system.reader.connect() as conn:
        filled = {name for name, s in store.layer_states(conn).items() if s.feature_count}
    first = everything()
    assert {code for _, code, _ in first} <= {ledger.PUBLISHED, "empty"}
    sent = [name for name, code, _ in first if code == ledger.PUBLISHED]
    assert len(sent) >= 5
    assert all(catalog.dataset(name)[0].name in filled for name in sent)
    assert [writes for _, _, writes in everything()] == [0] * len(first)

"""The catalogue by CSW: pycsw over our records, as OWSLib and a GeoNetwork harvester meet it."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import requests
from lxml import etree
from owslib.catalogue.csw2 import CatalogueServiceWeb
from owslib.fes import BBox, PropertyIsLike
from owslib.iso3 import MD_Metadata

from api.csw import index, process
from gis.contract import CLASIFICADA
from publishers import schemas
from publishers.publish import publish
from tests.publishers.city import CATALOG, ENTITY, PERSONAL, TREES, City
from tests.publishers.ckan_server import free_port
from tests.publishers.site import DATASETS, Site, at, publish_all, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Database, Server

pytestmark = pytest.mark.heavy
GMD = "http://www.isotc211.org/2005/gmd"
MDB = "http://standards.iso.org/iso/19115/-3/mdb/2.0"
CSW = "http://www.opengis.net/cat/csw/2.0.2"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def site(
    server: Server, city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The city, published, with pycsw beside the application."""
    with server.database(city_template) as database:
        home = tmp_path_factory.mktemp("csw") / "sig"
        city = City(database.engine, database.reader, home, {})
        city.fill()
        publish_all(city)
        port = free_port()
        with served(database, city, at(port), port) as running, engine_of(home):
            yield running


@contextmanager
def engine_of(home: Path) -> Iterator[None]:
    """pycsw as ``sig up`` starts it, once it listens."""
    with process.engine(home, lambda _: None):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while index.port_of(home) is None:
            assert time.monotonic() < deadline, (home / "logs" / "csw.log").read_text()
            time.sleep(0.1)
        yield


@pytest.fixture
def csw(site: Site) -> CatalogueServiceWeb:
    return CatalogueServiceWeb(site.address + "/csw")


def test_capabilities_name_the_entity_and_both_schemas(csw: CatalogueServiceWeb) -> None:
    assert ENTITY.municipality in csw.identification.title
    assert csw.provider.name == ENTITY.name
    records = next(o for o in csw.operations if o.name == "GetRecords")
    offered = records.parameters["outputSchema"]["values"]
    assert {GMD, MDB, CSW} <= set(offered)


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_harvester_of_the_geonetwork_kind_gets_every_record(
    csw: CatalogueServiceWeb, size: int, site: Site
) -> None:
    """GetRecords page by page with the full records, then each by its id, both valid."""
    found: dict[str, bytes] = {}
    start = 1
    while start:
        csw.getrecords2(
            typenames="gmd:MD_Metadata", esn="full", outputschema=GMD, startposition=start,
            maxrecords=size,
        )  # fmt: skip
        found |= {name: record.xml for name, record in csw.records.items()}
        start = csw.results["nextrecord"]
    assert set(found) == identifiers()
    assert csw.results["matches"] == len(DATASETS)
    for identifier in found:
        csw.getrecordbyid(id=[identifier], outputschema=GMD)
        document = etree.fromstring(csw.records[identifier].xml)
        assert schemas.faults(etree.tostring(document)) == []
        assert csw.records[identifier].datestamp


def test_the_master_record_is_served_too_and_read_by_owslib(csw: CatalogueServiceWeb) -> None:
    csw.getrecords2(outputschema=MDB, esn="full", maxrecords=10)
    document = etree.fromstring(csw.response)
    records = document.findall(f".//{{{MDB}}}MD_Metadata")
    assert {MD_Metadata(record).identifier for record in records} == identifiers()


def test_text_and_place_find_what_they_should(csw: CatalogueServiceWeb) -> None:
    csw.getrecords2(constraints=[PropertyIsLike("csw:AnyText", "%compostaje%")])
    assert csw.results["matches"] == 0, "values of rows are not in the metadata"
    csw.getrecords2(constraints=[PropertyIsLike("dc:title", "%altos%")])
    assert [r.title for r in csw.records.values()] == ["Árboles altos. Municipio de Villa Ejemplo"]
    for box, crs in (
        ([-75.21, 4.425, -75.19, 4.435], "urn:ogc:def:crs:OGC:1.3:CRS84"),
        ([4.425, -75.21, 4.435, -75.19], "urn:ogc:def:crs:EPSG::4326"),
    ):
        csw.getrecords2(constraints=[BBox(box, crs)])
        assert len(csw.records) == 2
    csw.getrecords2(constraints=[BBox([-74.1, 4.5, -74.0, 4.6], "urn:ogc:def:crs:OGC:1.3:CRS84")])
    assert csw.results["matches"] == 0


def test_links_of_the_files_arrive_whole(csw: CatalogueServiceWeb) -> None:
    csw.getrecords2(esn="full", maxrecords=1)
    (found,) = csw.records.values()
    schemes = {ref["scheme"] for ref in found.references}
    assert schemes == {"WWW:DOWNLOAD-1.0-http--download", "WWW:LINK-1.0-http--link"}


def test_its_other_protocols_are_not_offered(site: Site) -> None:
    assert site.get("/csw?mode=oaipmh&verb=ListIdentifiers").status_code == 400
    assert site.get("/csw?Mode=sru").status_code == 400


def test_what_is_published_now_is_in_the_next_answer(csw: CatalogueServiceWeb, site: Site) -> None:
    site.city.run("UPDATE data.cursos SET asistentes = 31 WHERE tema = 'Poda'")
    publish(site.city.order("cursos"))
    (changed,) = (record for record in _gmd(csw) if "Cursos dictados" in record)
    assert "2 cambiados" not in changed
    assert "1 cambiados" in changed


def test_what_is_less_public_now_is_not_in_the_next_answer(
    csw: CatalogueServiceWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TREES.geometry is not None
    stricter = replace(TREES, geometry=replace(TREES.geometry, access=CLASIFICADA, coarsen_m=500.0))
    monkeypatch.setitem(CATALOG.layers, "arboles", stricter)
    assert len(_gmd(csw)) == 2
    monkeypatch.undo()
    assert len(_gmd(csw)) == 4


def test_nothing_personal_and_no_writing(csw: CatalogueServiceWeb, site: Site) -> None:
    text = " ".join(_gmd(csw))
    assert not any(value in text for value in (*PERSONAL, "cuidador"))
    insert = f'<csw:Transaction xmlns:csw="{CSW}" service="CSW" version="2.0.2"><csw:Delete/></csw:Transaction>'  # noqa: E501
    answer = requests.post(site.address + "/csw", data=insert, timeout=30)
    assert b"ExceptionReport" in answer.content
    assert len(_gmd(csw)) == 4


@pytest.mark.parametrize(
    "body",
    [
        b"no es xml",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        f'<csw:GetRecordById xmlns:csw="{CSW}" service="CSW" version="2.0.2"><csw:Id>&lt;</csw:Id></csw:GetRecordById>'.encode(),  # noqa: E501
    ],
)
def test_hostile_bodies_are_answered_with_a_report(site: Site, body: bytes) -> None:
    answer = requests.post(site.address + "/csw", data=body, timeout=30)
    assert b"root:" not in answer.content
    assert answer.status_code < 500
    etree.fromstring(answer.content)


def test_a_body_too_large_is_refused(site: Site) -> None:
    answer = requests.post(site.address + "/csw", data=b"x" * 300_000, timeout=30)
    assert answer.status_code == 413


def test_the_engine_that_dies_comes_back(csw: CatalogueServiceWeb, site: Site) -> None:
    port = index.port_of(site.city.home)
    found = subprocess.run(
        ["pgrep", "-f", f"engine.py {site.city.home}"], capture_output=True, text=True, check=True
    )
    subprocess.run(["kill", "-9", *found.stdout.split()], check=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while index.port_of(site.city.home) == port:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert len(_gmd(csw)) == 4


def test_without_the_engine_it_says_what_to_do(database: Database, empty_city: City) -> None:
    with served(database, empty_city) as lonely:
        answer = lonely.get("/csw")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "scripts/setup" in answer.json()["detail"]


def identifiers() -> set[str]:
    from publishers.metadata import identifier

    return {identifier(ENTITY, CATALOG.dataset(name)[1]) for name in DATASETS}


def _gmd(csw: CatalogueServiceWeb) -> list[str]:
    """Every record, whole, as text."""
    csw.getrecords2(outputschema=GMD, esn="full", maxrecords=100)
    document = etree.fromstring(csw.response)
    found = document.findall(f".//{{{GMD}}}MD_Metadata")
    return [etree.tostring(record, encoding="unicode") for record in found]

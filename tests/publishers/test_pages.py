"""The catalogue as people, harvesters and search engines meet it, over HTTP."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
import requests

from gis.contract import CLASIFICADA
from publishers.publish import publish
from tests.publishers.city import CATALOG, PERSONAL, TREES, TREES_SQL, City
from tests.publishers.site import DATASETS, Site, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database


@pytest.fixture
def site(database: Database, city: City) -> Iterator[Site]:
    with served(database, city) as running:
        yield running


@pytest.fixture
def full(site: Site) -> Site:
    """With every dataset published."""
    for dataset in DATASETS:
        publish(site.city.order(dataset))
    return site


def test_catalogue_before_anything_was_published(site: Site) -> None:
    answer = site.get("/datos")
    assert answer.status_code == 200
    assert "Aún no se ha publicado" in answer.text
    assert site.get("/data.json").json()["dataset"] == []
    assert "aún no se ha publicado" in site.get("/datos/arboles").text


def test_catalogue_lists_every_dataset_by_sector(full: Site) -> None:
    page = full.get("/datos").text
    for dataset in DATASETS:
        assert f'href="/datos/{dataset}"' in page
    assert page.index("Ambiente") < page.index("Planeación y catastro")
    assert full.get("/datos/").status_code == 200


@pytest.mark.parametrize(
    ("asked", "found"),
    [("arbolado", 2), ("ÁRBOLES altos", 1), ("arboles", 2), ("nada que exista", 0), ("<b>nada", 0)],
)
def test_search_ignores_accents_and_case(full: Site, asked: str, found: int) -> None:
    answer = requests.get(full.address + "/datos", params={"q": asked}, timeout=30)
    listed = set(re.findall(r'href="/datos/([a-z_]+)"', answer.text)) - {"calendario"}
    assert len(listed) == found
    assert "<b>" not in answer.text


def test_dataset_page_says_it_all(full: Site) -> None:
    page = full.get("/datos/arboles").text
    for text in ("Guayacán", "Censo en campo", "Mensual", "Atribución 4.0", "Cómo citar"):
        assert text in page
    assert "&lt;escrito&gt;" in page
    assert page.count("<td>publicada</td>") == 1
    for name in ("cuidador", *PERSONAL):
        assert name not in page


def test_publications_are_listed_newest_first(full: Site) -> None:
    full.city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    publish(full.city.order("arboles"))
    assert full.get("/datos/arboles").text.count("<td>publicada</td>") == 2


def test_page_holds_schema_org_that_nothing_can_break(full: Site) -> None:
    page = full.get("/datos/arboles").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    document = json.loads(block)
    assert document["@type"] == "Dataset"
    assert "<escrito>" in document["description"]
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts == ['<script type="application/ld+json">']
    assert not re.findall(r'\bon[a-z]+="|style="', page)


def test_nothing_on_the_pages_comes_from_another_host(full: Site) -> None:
    for path in ("/datos", "/datos/arboles"):
        text = full.get(path).text
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]+src="([^"]+)"', text)
        loaded += re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', text)
        assert all(address.startswith("/") for address in loaded)


def test_demonstration_is_a_banner(site: Site) -> None:
    with site.city.engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM data.arboles")
    with site.city.demonstration(TREES) as conn:
        conn.exec_driver_sql(TREES_SQL)
    publish(site.city.order("arboles"))
    assert "Datos de demostración." in site.get("/datos/arboles").text
    page = site.get("/datos").text
    assert "Hay datos de demostración." in page
    assert page.count('class="tag"') == 1


def test_every_file_of_data_json_is_downloaded_as_listed(full: Site) -> None:
    document = full.get("/data.json").json()
    assert len(document["dataset"]) == 4
    for dataset in document["dataset"]:
        for file in dataset["distribution"]:
            answer = full.get(file["downloadURL"].removeprefix("https://datos.villa.example"))
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].split(";")[0] == file["mediaType"]
            assert answer.headers["Content-Disposition"].startswith("attachment")
            digest = hashlib.sha256(answer.content).hexdigest()
            assert answer.headers["ETag"] == f'"{digest}"'


def test_a_file_already_had_is_304(full: Site) -> None:
    etag = full.get("/datos/arboles/arboles.csv").headers["ETag"]
    again = full.get("/datos/arboles/arboles.csv", If_None_Match=etag)
    assert (again.status_code, again.content) == (304, b"")


def test_part_of_a_file_can_be_asked_for(full: Site) -> None:
    whole = full.get("/datos/arboles/arboles.gpkg").content
    part = full.get("/datos/arboles/arboles.gpkg", Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, whole[100:200])


@pytest.mark.parametrize(
    "path",
    [
        "/datos/nada",
        "/datos/arboles/nada.csv",
        "/datos/arboles/registro.json",
        "/datos/arboles/..%2f..%2fcursos%2factual%2fcursos.csv",
        "/datos/..%2f..%2f/registro.json",
        "/datos/arboles/%2e%2e",
    ],
)
def test_nothing_else_is_served(full: Site, path: str) -> None:
    assert full.get(path).status_code == 404


def test_unknown_parameters_are_refused(full: Site) -> None:
    assert full.get("/datos?pagina=2").status_code == 400
    assert full.get("/data.json?x=1").status_code == 400


def test_dcat_says_the_same_in_both_forms(full: Site) -> None:
    one = rdflib.Graph().parse(data=full.get("/catalog.jsonld").text, format="json-ld")
    answer = full.get("/catalog.ttl")
    assert answer.headers["Content-Type"].startswith("text/turtle")
    two = rdflib.Graph().parse(data=answer.text, format="turtle")
    assert len(one) == len(two) > 100


def test_catalogue_documents_have_etags(full: Site) -> None:
    for path in ("/data.json", "/catalog.jsonld", "/catalog.ttl", "/datos"):
        answer = full.get(path)
        again = full.get(path, If_None_Match=answer.headers["ETag"])
        assert again.status_code == 304


def test_a_dataset_no_longer_declared_is_no_longer_shown(
    full: Site, monkeypatch: Any, tmp_path: Any
) -> None:
    folder = full.city.home / "catalogo"
    (folder / "cursos").rename(folder / "retirado")
    assert "retirado" not in full.get("/datos").text
    assert full.get("/datos/retirado").status_code == 404


@pytest.mark.parametrize("what", ["field", "geometry"])
def test_what_was_declared_less_public_since_closes_at_once(
    full: Site, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    assert TREES.geometry is not None
    stricter = (
        replace(
            TREES,
            fields=tuple(
                replace(f, access=CLASIFICADA) if f.name == "especie" else f for f in TREES.fields
            ),
        )
        if what == "field"
        else replace(TREES, geometry=replace(TREES.geometry, access=CLASIFICADA, coarsen_m=500.0))
    )
    monkeypatch.setitem(CATALOG.layers, "arboles", stricter)
    assert full.get("/datos/arboles/arboles.csv").status_code == 404
    assert "Ocobo" not in full.get("/datos/arboles").text
    names = {entry["title"] for entry in full.get("/data.json").json()["dataset"]}
    assert not any(title.startswith("Árboles del espacio público") for title in names)
    assert full.get("/datos/cursos/cursos.csv").status_code == 200

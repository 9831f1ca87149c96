"""What others federate: DCAT-AP 3 and GeoDCAT-AP by SHACL, DCAT-US 1.1 by JSON Schema.

Each is also spoiled one thing at a time: a schema that lets everything through proves nothing.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pyshacl
import pytest
import rdflib

from publishers import dcat, dcat_us, schema_org
from publishers.documents import ISO_19115
from publishers.metadata import Distribution
from tests.publishers.city import ENTITY
from tests.publishers.test_iso import DATASETS, full_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from publishers.metadata import Record

DATA = Path(__file__).parents[1] / "data"
NAMESPACES = {name: rdflib.Namespace(uri) for name, uri in dcat.CONTEXT.items()}


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(DATA / "dcat_ap_3.ttl")


def catalogue() -> rdflib.Graph:
    document = dcat.catalog(ENTITY, [described(name) for name in DATASETS])
    return rdflib.Graph().parse(data=dcat.turtle(document), format="turtle")


def described(dataset: str) -> Record:
    """With its master record among the files, as it is published."""
    record = full_record(dataset)
    name = f"{dataset}.{ISO_19115}"
    url = f"{record.landing_page}/{name}"
    master = Distribution(
        name, name, "XML", "application/xml", url, 1, "cd" * 32, None, "documentation"
    )
    return replace(record, distributions=(*record.distributions, master))


def refused(graph: rdflib.Graph, shapes: rdflib.Graph) -> str:
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
    return "" if conforms else str(report)


def test_the_catalogue_conforms(shapes: rdflib.Graph) -> None:
    assert refused(catalogue(), shapes) == ""


def test_an_empty_catalogue_conforms_too(shapes: rdflib.Graph) -> None:
    graph = rdflib.Graph().parse(data=json.dumps(dcat.catalog(ENTITY, [])), format="json-ld")
    assert refused(graph, shapes) == ""


@pytest.mark.parametrize(
    "name",
    [
        "dct:title", "dct:description", "dct:publisher", "dct:identifier", "dcat:contactPoint",
        "dcat:distribution", "dcat:keyword", "dcat:theme", "dct:issued", "dct:modified",
        "dct:accrualPeriodicity", "dct:license", "dct:format", "dcat:mediaType", "dcat:downloadURL",
        "spdx:checksumValue", "foaf:name", "foaf:primaryTopic", "vcard:hasEmail", "dcat:bbox",
        "dcat:startDate", "dcat:endpointURL", "dcat:servesDataset", "dct:provenance", "dqv:value",
        "rdfs:seeAlso",
    ],
)  # fmt: skip
def test_without_one_thing_it_does_not(shapes: rdflib.Graph, name: str) -> None:
    graph = catalogue()
    prefix, local = name.split(":")
    graph.remove((None, NAMESPACES[prefix][local], None))
    assert local in refused(graph, shapes)


def test_each_service_is_said_once_with_what_it_serves() -> None:
    graph = catalogue()
    services = set(graph.subjects(rdflib.RDF.type, NAMESPACES["dcat"].DataService))
    assert len(services) == 5, "features of three layers, tiles of the two that have geometry"
    served = {
        len(set(graph.objects(service, NAMESPACES["dcat"].servesDataset))) for service in services
    }
    assert served == {1, 2}


def test_every_topic_has_its_theme() -> None:
    from gis.contract import Topic

    assert {topic.code for topic in Topic} == set(dcat.EU_THEMES)


# ---------------------------------------------------------------------------------------- DCAT-US


@pytest.fixture(scope="module")
def check() -> Callable[[Any], list[str]]:
    schema = json.loads((DATA / "dcat_us_1_1.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    return lambda document: [error.message for error in validator.iter_errors(document)]


def data_json() -> Any:
    document = dcat_us.data_json(ENTITY, [full_record(name) for name in DATASETS])
    return json.loads(json.dumps(document))


def test_data_json_is_valid(check: Callable[[Any], list[str]]) -> None:
    assert check(data_json()) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", None), ("description", "corta"), ("keyword", ["una"]), ("modified", "ayer"),
        ("publisher", {}), ("contactPoint", {"fn": "x", "hasEmail": "x@y.z"}), ("license", "CC"),
        ("identifier", None), ("accessLevel", "secreto"), ("spatial", "aquí"), ("theme", []),
        ("accrualPeriodicity", "mensual"), ("title", "{{name}}"), ("distribution", []),
        ("bureauCode", ["000:00"]), ("landingPage", "datos"), ("language", ["español"]),
    ],
)  # fmt: skip
def test_a_spoiled_dataset_is_not(check: Callable[[Any], list[str]], key: str, value: Any) -> None:
    document = copy.deepcopy(data_json())
    entry = document["dataset"][0]
    entry.pop(key, None)
    if value is not None:
        entry[key] = value
    assert check(document)


def test_without_csv_it_is_metadata_only(check: Callable[[Any], list[str]]) -> None:
    document = data_json()
    entry = document["dataset"][0]
    entry["distribution"] = [d for d in entry["distribution"] if d["mediaType"] != "text/csv"]
    assert check(document)


# --------------------------------------------------------------------------------------- schema.org


def test_schema_org_has_what_search_engines_ask_of_a_dataset() -> None:
    for name in DATASETS:
        node = schema_org.dataset(full_record(name))
        assert 50 <= len(node["description"]) <= 5000
        assert node["name"]
        assert node["license"].startswith("https://")
        assert all(d["contentUrl"] and d["encodingFormat"] for d in node["distribution"])
        assert node["creator"]["name"] == ENTITY.name

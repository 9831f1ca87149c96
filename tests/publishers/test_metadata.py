"""Metadata forms: valid, complete, and the same truth in each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
import rdflib.compare
from lxml import etree

from gis.contract import PUBLICA
from publishers import dcat, dcat_us, iso19139, schema_org
from publishers.documents import dictionary
from publishers.metadata import fingerprint, published_fields
from publishers.stored import record_from_dict
from tests.publishers.city import CATALOG, ENTITY
from tests.publishers.records import a_record, declared

if TYPE_CHECKING:
    from publishers.metadata import Record

ROOT = Path(__file__).parents[2]
DATASETS = ("arboles", "arboles_altos", "zonas_verdes", "cursos")
GMD = iso19139.NAMESPACES
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
FREQUENT_MISTAKES = ("abstract", "dateStamp", "identificationInfo", "westBoundLongitude")


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("demonstration", [False, True])
def test_iso_record_is_valid(gmd: etree.XMLSchema, dataset: str, demonstration: bool) -> None:
    record = a_record(dataset, demonstration=demonstration)
    gmd.assertValid(etree.fromstring(iso19139.write(record)))


def test_every_edition_of_the_schemas_at_hand_agrees(gmd_path: Path, tmp_path: Path) -> None:
    """Those of pycsw always; the repository of ISO/TC 211 too where it lies beside the project."""
    good = [tmp_path / f"{name}.xml" for name in DATASETS]
    for path in good:
        path.write_bytes(iso19139.write(a_record(path.stem)))
    bad = tmp_path / "malo.xml"
    text = good[0].read_text(encoding="utf-8")
    bad.write_text(text.replace("gmd:abstract", "gmd:resumen"), encoding="utf-8")
    editions = {gmd_path: ""}
    official = ROOT.parent / "shared" / "schemas"
    if official.is_dir():
        name = "schemas.isotc211.org/19139/-/gmd/1.0/gmd.xsd"
        editions[official / name] = str(official / "catalog.xml")
    for schema, catalog in editions.items():
        assert _validate(schema, catalog, good) == 0
        assert _validate(schema, catalog, [bad]) == 1


def _validate(schema: Path, catalog: str, files: list[Path]) -> int:
    script = Path(__file__).parent / "validate_gmd.py"
    environment = {**os.environ, "XML_CATALOG_FILES": catalog}
    done = subprocess.run([sys.executable, script, schema, *files], env=environment, check=False)
    return done.returncode


@pytest.mark.parametrize("name", FREQUENT_MISTAKES)
def test_iso_record_without_a_mandatory_element_is_not_valid(
    gmd: etree.XMLSchema, name: str
) -> None:
    tree = etree.fromstring(iso19139.write(a_record()))
    for element in tree.iter(f"{{{GMD['gmd']}}}{name}"):
        element.getparent().remove(element)
        break
    assert not gmd.validate(tree)


def test_elements_out_of_order_are_not_valid(gmd: etree.XMLSchema) -> None:
    tree = etree.fromstring(iso19139.write(a_record()))
    tree.append(tree[0])
    assert not gmd.validate(tree)


def text(tree: etree._Element, path: str) -> list[str]:
    return [str(found) for found in tree.xpath(path, namespaces=GMD)]


def test_iso_record_says_what_the_record_says() -> None:
    record = a_record()
    tree = iso19139.document(record)
    box = "//gmd:EX_GeographicBoundingBox/gmd:{}/gco:Decimal/text()"
    sides = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    assert [float(*text(tree, box.format(side))) for side in sides] == list(record.bbox or ())
    codes = text(tree, "//gmd:referenceSystemIdentifier//gmd:code/gco:CharacterString/text()")
    assert codes[0].endswith("/EPSG/0/9377")
    assert codes[1].endswith("/CRS84")
    assert text(tree, "//gmd:geometricObjectCount/gco:Integer/text()") == ["2"]
    assert text(tree, "//gmd:denominator/gco:Integer/text()") == ["2000"]
    assert text(tree, "//gmd:MD_TopicCategoryCode/text()") == ["environment"]
    assert text(tree, "//gmd:topicCategory//@codeListValue") == []
    assert text(tree, "//gml:beginPosition/text()") == ["2001-10-12"]
    assert record.license in text(tree, "//gmd:otherConstraints/gco:CharacterString/text()")
    files = text(tree, "//gmd:transferOptions//gmd:URL/text()")
    links = [link.url for link in record.links]
    assert files == [d.url for d in record.distributions] + [record.landing_page, *links]


def test_iso_record_reports_each_measure_with_its_result() -> None:
    tree = iso19139.document(a_record())
    reports = tree.findall(".//gmd:report", GMD)
    assert len(reports) == 3
    values = text(tree, "//gmd:DQ_QuantitativeResult/gmd:value/gco:Record/text()")
    assert values == ["0", "0.25", "1"]
    assert text(tree, "//gmd:pass/gco:Boolean/text()") == ["true", "false"]


def test_text_that_looks_like_markup_stays_text() -> None:
    tree = etree.fromstring(iso19139.write(a_record()))
    (notice,) = text(tree, "//gmd:useLimitation/gco:CharacterString/text()")
    assert notice == declared()[0].metadata.notice


@pytest.mark.parametrize("dataset", DATASETS)
def test_record_survives_being_written(dataset: str) -> None:
    record = a_record(dataset, demonstration=True)
    assert record_from_dict(json.loads(json.dumps(record.as_dict()))) == record


def test_identifier_is_stable_and_different_per_dataset() -> None:
    one, two = a_record("arboles"), a_record("arboles_altos")
    assert one.identifier == a_record("arboles", changeset=99).identifier
    assert one.identifier != two.identifier


def test_demonstration_is_said_in_title_and_description_of_every_form() -> None:
    record = a_record(demonstration=True)
    forms = (
        dcat_us.us_dataset(record)["title"],
        dcat_us.us_dataset(record)["description"],
        schema_org.dataset(record)["name"],
        schema_org.dataset(record)["description"],
        dcat.dataset(record)["dct:title"]["@value"],
        dcat.dataset(record)["dct:description"]["@value"],
        iso19139.write(record).decode(),
    )
    for form in forms:
        assert "DEMOSTRACIÓN" in form


@pytest.mark.parametrize("dataset", DATASETS)
def test_only_public_fields_are_described(dataset: str) -> None:
    layer, chosen = declared(dataset)
    assert all(field.access is PUBLICA for field in published_fields(layer, chosen))
    names = {variable.name for variable in a_record(dataset).variables}
    assert not names & {"cuidador", "telefono"}
    assert "cuidador" not in dictionary(a_record(dataset)).decode()


def test_dictionary_lists_each_field_with_its_codes() -> None:
    lines = dictionary(a_record()).decode().splitlines()
    assert lines[0].split(",")[0] == "campo"
    assert [line.split(",")[0] for line in lines[1:]] == [
        "codigo", "especie", "altura_m", "sembrado",
    ]  # fmt: skip
    assert "OCO = Ocobo; GUA = Guayacán; SAM = Samán" in lines[2]


def test_fingerprint_changes_with_what_leaves_and_with_nothing_else() -> None:
    layer, dataset = declared()
    before = fingerprint(ENTITY, layer, dataset)
    assert fingerprint(ENTITY, layer, dataset) == before
    private = layer.fields[-1]
    changed_private = replace(private, definition="Otra cosa")
    assert fingerprint(ENTITY, _with(layer, private, changed_private), dataset) == before
    public = layer.fields[1]
    changed = replace(public, definition="Otra cosa")
    assert fingerprint(ENTITY, _with(layer, public, changed), dataset) != before
    assert fingerprint(ENTITY, layer, replace(dataset, where="altura_m > 1")) != before
    assert fingerprint(replace(ENTITY, name="Otra"), layer, dataset) != before


def _with(layer: Any, old: Any, new: Any) -> Any:
    return replace(layer, fields=tuple(new if f is old else f for f in layer.fields))


# ------------------------------------------------------------------------------------------ DCAT


def graph(records: list[Record]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=dcat.turtle(dcat.catalog(ENTITY, records)), format="turtle")


def test_catalog_says_the_same_in_json_ld_and_in_turtle() -> None:
    document = dcat.catalog(ENTITY, [a_record(name) for name in DATASETS])
    one = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    two = rdflib.Graph().parse(data=dcat.turtle(document), format="turtle")
    assert rdflib.compare.isomorphic(one, two)


def test_every_dataset_and_file_is_in_the_graph() -> None:
    records = [a_record(name) for name in DATASETS]
    found = graph(records)
    assert len(set(found.subjects(rdflib.RDF.type, DCAT.Dataset))) == 4
    node = rdflib.URIRef(records[0].landing_page)
    files = set(found.objects(node, DCAT.distribution))
    assert files == {rdflib.URIRef(d.url) for d in records[0].data}
    for file in files:
        assert found.value(file, DCT.license) == rdflib.URIRef(records[0].license)
        assert found.value(file, DCAT.downloadURL) == file
    assert str(found.value(node, DCT.modified)).startswith("2026-03-04")
    (box, *_) = found.objects(None, DCAT.bbox)
    assert "POLYGON" in box


def test_no_json_ld_term_is_lost() -> None:
    """A key without a known prefix would vanish in silence when read as RDF."""
    prefixes = set(dcat.CONTEXT)

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {k for v in value.values() for k in keys(v)}
        return {k for v in value for k in keys(v)} if isinstance(value, list) else set()

    for key in keys(dcat.dataset(a_record())):
        assert key.startswith("@") or key.split(":")[0] in prefixes, key


REQUIRED = {"title", "description", "keyword", "modified", "publisher", "contactPoint"}
REQUIRED |= {"identifier", "accessLevel", "license", "distribution"}


@pytest.mark.parametrize("dataset", DATASETS)
def test_data_json_is_dcat_us_and_stricter(dataset: str) -> None:
    document = dcat_us.data_json(ENTITY, [a_record(dataset)])
    assert document["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    (entry,) = document["dataset"]
    assert set(entry) >= REQUIRED
    assert all(entry.values()), "no key without a value"
    assert entry["contactPoint"]["hasEmail"].startswith("mailto:")
    assert len(entry["keyword"]) >= 3
    assert any(d["mediaType"] == "text/csv" for d in entry["distribution"])
    assert all({"title", "downloadURL", "mediaType"} <= set(d) for d in entry["distribution"])
    assert "{{" not in json.dumps(document)
    if declared(dataset)[0].geometry:
        west, south, east, north = map(float, entry["spatial"].split(","))
        assert west < east
        assert south < north
    else:
        assert "spatial" not in entry


def test_schema_org_box_has_latitude_first() -> None:
    box = schema_org.dataset(a_record())["spatialCoverage"]["geo"]["box"]
    assert box == "4.43 -75.2322 4.4389 -75.2"


def test_every_frequency_has_its_uri() -> None:
    from gis.contract import Frequency

    assert {f.value.iso for f in Frequency} == set(dcat.EU_FREQUENCIES)


def test_layers_of_the_city_cover_every_shape_of_record() -> None:
    kinds = {layer.geometry and layer.geometry.dimension for layer in CATALOG}
    assert kinds == {0, 2, None}

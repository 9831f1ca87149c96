"""ISO 19115-3, 19110 and 19157: valid by the official schemas, and what the record says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from owslib.iso3 import MD_Metadata

from gis.contract import Frequency, Topic
from gis.lineage import Step
from publishers import codelists, iso19110, iso19115_3, iso19157
from publishers.iso_parts import CODELISTS, NAMESPACES
from tests.publishers import content_models
from tests.publishers.records import a_record

if TYPE_CHECKING:
    from types import ModuleType

    from publishers.metadata import Record

DATASETS = ("arboles", "arboles_altos", "zonas_verdes", "cursos")
ENCODINGS = {"mds": iso19115_3, "gfc": iso19110, "mdq": iso19157}
STEP = Step(
    1, datetime(2026, 1, 1, tzinfo=UTC), "delivery", 3, 0, 0, 1, "2025-12-31", "ab" * 32
)  # fmt: skip
MISTAKES = (
    ("mds", "mri:abstract"),
    ("mds", "mdb:contact"),
    ("mds", "mdb:dateInfo"),
    ("mds", "mri:citation"),
    ("mds", "cit:role"),
    ("mds", "gex:westBoundLongitude"),
    ("gfc", "cat:name"),
    ("gfc", "gfc:typeName"),
    ("gfc", "gfc:cardinality"),
    ("mdq", "mdq:result"),
    ("mdq", "mdq:pass"),
)


def full_record(dataset: str = "arboles", *, demonstration: bool = False) -> Record:
    return a_record(dataset, demonstration=demonstration, steps=(STEP,))


def documents() -> list[etree._Element]:
    """Every shape of record in every encoding."""
    records = [full_record(name, demonstration=shown) for name in DATASETS for shown in (0, 1)]
    return [etree.fromstring(form.write(r)) for form in ENCODINGS.values() for r in records]


@pytest.fixture(scope="module")
def models() -> content_models.Models:
    found: content_models.Models = json.loads(content_models.FILE.read_text(encoding="utf-8"))
    return found


def test_every_document_follows_the_content_models(models: content_models.Models) -> None:
    assert [content_models.wrong(document, models) for document in documents()] == [[]] * 24


@pytest.mark.parametrize(("form", "name"), MISTAKES)
def test_a_document_without_a_mandatory_element_is_refused(
    models: content_models.Models, form: str, name: str
) -> None:
    document = etree.fromstring(ENCODINGS[form].write(full_record()))
    for found in document.findall(f".//{name}", NAMESPACES):
        found.getparent().remove(found)
    assert content_models.wrong(document, models)
    assert official(form, [document]) != [True]


def test_a_document_out_of_order_is_refused(models: content_models.Models) -> None:
    for form, encoding in ENCODINGS.items():
        document = etree.fromstring(encoding.write(full_record()))
        document.append(document[0])
        assert content_models.wrong(document, models)
        assert official(form, [document]) != [True]


def test_the_official_schemas_agree_where_they_are_at_hand(models: content_models.Models) -> None:
    folder = content_models.schemas()
    for form, encoding in ENCODINGS.items():
        written = [etree.fromstring(encoding.write(full_record(name))) for name in DATASETS]
        assert official(form, written) in ([True] * 4, [])
    assert folder is None or content_models.read(folder, documents()) == models


def official(form: str, documents: list[etree._Element]) -> list[bool]:
    """Verdicts of ISO/TC 211's schemas in a process of its own (libxml2 reads its catalogue once);
    none where they are not beside the project."""
    folder = content_models.schemas()
    if folder is None:
        return []
    script = Path(__file__).parent / "validate_iso.py"
    environment = {**os.environ, "XML_CATALOG_FILES": str(folder / "catalog.xml")}
    done = subprocess.run(
        [sys.executable, script, folder, form],
        input=json.dumps([etree.tostring(document).decode() for document in documents]),
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    verdicts: list[bool] = json.loads(done.stdout)
    return verdicts


# ----------------------------------------------------------------------------------- what it says


def texts(encoding: ModuleType, record: Record, path: str) -> list[str]:
    document = etree.fromstring(encoding.write(record))
    return [str(found) for found in document.xpath(path, namespaces=NAMESPACES)]


def test_owslib_reads_what_the_record_says() -> None:
    record = full_record()
    read = MD_Metadata(etree.fromstring(iso19115_3.write(record)))
    assert read.identifier == record.identifier
    assert read.languagecode == "spa"
    (info,) = read.identification
    assert info.title == record.shown_title
    assert info.abstract == record.statement
    box = info.extent.boundingBox
    assert [float(side) for side in (box.minx, box.miny, box.maxx, box.maxy)] == list(record.bbox)
    urls = [link.url for link in read.distribution.online]
    assert urls == [d.url for d in record.distributions] + [link.url for link in record.links]


def test_elements_of_the_profile_are_all_there() -> None:
    """The rows of the LAMP profile that apply to a vector dataset with time and licence."""
    document = etree.fromstring(iso19115_3.write(full_record()))
    identification = "mdb:identificationInfo/mri:MD_DataIdentification"
    for path in (
        "mdb:metadataIdentifier/mcc:MD_Identifier/mcc:code/gco:CharacterString",
        "mdb:defaultLocale/lan:PT_Locale/lan:language/lan:LanguageCode[@codeListValue='spa']",
        "mdb:metadataScope//mcc:MD_ScopeCode[@codeListValue='dataset']",
        "mdb:contact//cit:electronicMailAddress",
        "mdb:dateInfo//cit:CI_DateTypeCode[@codeListValue='creation']",
        "mdb:metadataStandard//cit:edition",
        "mdb:metadataProfile//cit:title",
        "mdb:spatialRepresentationInfo//msr:geometricObjectCount/gco:Integer",
        "mdb:referenceSystemInfo//gcx:Anchor[contains(@xlink:href, '/EPSG/0/9377')]",
        f"{identification}/mri:citation//cit:citedResponsibleParty//cit:CI_RoleCode",
        f"{identification}/mri:purpose/gco:CharacterString",
        f"{identification}/mri:spatialResolution//gco:Integer[text()='2000']",
        f"{identification}/mri:topicCategory/mri:MD_TopicCategoryCode[text()='environment']",
        f"{identification}//gml:beginPosition[text()='2001-10-12']",
        f"{identification}//mmi:MD_MaintenanceFrequencyCode[@codeListValue='monthly']",
        f"{identification}//mco:otherConstraints/gcx:Anchor[contains(@xlink:href, 'licenses/by')]",
        f"{identification}//mco:MD_ClassificationCode[@codeListValue='unclassified']",
        "mdb:contentInfo//mrc:featureCatalogueCitation//cit:title",
        "mdb:distributionInfo//mrd:formatSpecificationCitation//cit:title",
        "mdb:dataQualityInfo//mdq:DQ_ConformanceResult/mdq:pass",
        "mdb:dataQualityInfo//mdq:DQ_QuantitativeResult/mdq:value/gco:Record",
        "mdb:resourceLineage//mrl:processStep//gml:timePosition",
    ):
        assert document.xpath(path, namespaces=NAMESPACES), path


def test_the_lineage_tells_each_changeset() -> None:
    (step,) = texts(iso19115_3, full_record(), "//mrl:processStep//mrl:description/*/text()")
    assert "3 elementos agregados" in step
    assert "1 filas en cuarentena" in step
    assert "2025-12-31" in step


def test_a_measure_is_a_quantity_and_where_demanded_a_verdict() -> None:
    record = full_record()
    assert texts(iso19157, record, "//mdq:value/gco:Record/text()") == ["0", "0.25", "1"]
    assert texts(iso19157, record, "//mdq:pass/gco:Boolean/text()") == ["true", "false"]
    assert "cumplen 1" in iso19157.abstract(record)


def test_the_catalogue_lists_each_published_field_with_its_codes() -> None:
    record = full_record()
    names = texts(iso19110, record, "//gfc:memberName/text()")
    assert names == [*(v.name for v in record.variables), iso19110.GEOMETRY]
    assert texts(iso19110, record, "//gfc:listedValue//gfc:code/*/text()") == ["OCO", "GUA", "SAM"]
    assert "cuidador" not in iso19110.write(record).decode()
    assert iso19110.GEOMETRY not in texts(
        iso19110, full_record("cursos"), "//gfc:memberName/text()"
    )


def test_every_code_is_of_its_official_list() -> None:
    for document in documents():
        for code in document.iterfind(".//*[@codeListValue]"):
            source, _, name = str(code.get("codeList")).partition("#")
            assert source == CODELISTS
            assert code.get("codeListValue") in codelists.CODELISTS[name]


def test_every_topic_and_frequency_of_the_contract_is_of_its_list() -> None:
    for topic in Topic:
        codelists.check("MD_TopicCategoryCode", topic.code)
    for frequency in Frequency:
        codelists.check("MD_MaintenanceFrequencyCode", frequency.value.iso)


def test_a_code_that_the_list_lacks_is_not_written() -> None:
    with pytest.raises(KeyError, match="MD_MaintenanceFrequencyCode"):
        iso19115_3.write(replace(full_record(), frequency="cada rato"))

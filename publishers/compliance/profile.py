"""The profile of LAMP v2 that the project demands of a record in ISO 19115-3, element by element.

What the profile asks of a vector is not asked of a table. Numbers are those of the project's list
of elements (docs/metadatos.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from publishers.iso_parts import NAMESPACES

if TYPE_CHECKING:
    from publishers.metadata import Record

_I = "mdb:identificationInfo/mri:MD_DataIdentification"
_C = f"{_I}/mri:citation/cit:CI_Citation"
ELEMENTS = (
    ("1", "identificador", "mdb:metadataIdentifier/mcc:MD_Identifier/mcc:code/gco:CharacterString"),
    ("2", "idioma y codificación", "mdb:defaultLocale/lan:PT_Locale/lan:characterEncoding"),
    ("4", "nivel jerárquico", "mdb:metadataScope//mcc:MD_ScopeCode/@codeListValue"),
    ("5", "contacto del metadato", "mdb:contact//cit:electronicMailAddress/gco:CharacterString"),
    ("6", "fecha de creación", "mdb:dateInfo[.//@codeListValue='creation']//gco:DateTime"),
    ("6", "fecha de revisión", "mdb:dateInfo[.//@codeListValue='revision']//gco:DateTime"),
    ("7", "norma", "mdb:metadataStandard/cit:CI_Citation/cit:title/gco:CharacterString"),
    ("8", "perfil", "mdb:metadataProfile/cit:CI_Citation/cit:title/gco:CharacterString"),
    ("11", "título", f"{_C}/cit:title/gco:CharacterString"),
    ("12", "fecha del recurso", f"{_C}/cit:date/cit:CI_Date/cit:date/gco:Date"),
    ("13", "identificador del recurso", f"{_C}/cit:identifier//gco:CharacterString"),
    ("14", "responsable", f"{_C}/cit:citedResponsibleParty//cit:CI_Organisation/cit:name/*"),
    ("15", "forma de presentación", f"{_C}/cit:presentationForm/*/@codeListValue"),
    ("16", "resumen", f"{_I}/mri:abstract/gco:CharacterString[string-length() >= 100]"),
    ("17", "propósito", f"{_I}/mri:purpose/gco:CharacterString"),
    ("18", "estado", f"{_I}/mri:status/mcc:MD_ProgressCode/@codeListValue"),
    ("19", "punto de contacto", f"{_I}/mri:pointOfContact//cit:electronicMailAddress/*"),
    ("20", "tipo de representación", f"{_I}/mri:spatialRepresentationType/*/@codeListValue"),
    ("22", "categoría temática", f"{_I}/mri:topicCategory/mri:MD_TopicCategoryCode"),
    ("25", "mantenimiento", f"{_I}/mri:resourceMaintenance//mmi:MD_MaintenanceFrequencyCode"),
    ("27", "tres temas", f"({_I}/mri:descriptiveKeywords/*[mri:type/*/@codeListValue='theme']"
           "/mri:keyword)[3]/gco:CharacterString"),
    ("27", "lugares", f"{_I}/mri:descriptiveKeywords/*[mri:type/*/@codeListValue='place']"
           "/mri:keyword/gco:CharacterString"),
    ("28", "licencia", f"{_I}/mri:resourceConstraints//mco:otherConstraints/gcx:Anchor"
           "/@xlink:href"),
    ("29", "clasificación", f"{_I}/mri:resourceConstraints//mco:classification/*/@codeListValue"),
    ("30", "idioma del recurso", f"{_I}/mri:defaultLocale/lan:PT_Locale/lan:language/*"),
    ("31", "catálogo de objetos", "mdb:contentInfo//mrc:featureCatalogueCitation//cit:title/*"),
    ("32", "formato", "mdb:distributionInfo//mrd:formatSpecificationCitation//cit:title/*"),
    ("33", "descarga", "mdb:distributionInfo//mrd:onLine[.//@codeListValue='download']"
           "//cit:linkage/*"),
    ("33", "servicio", "mdb:distributionInfo//mrd:onLine[.//@codeListValue='fileAccess']"
           "//cit:linkage/*"),
    ("34", "alcance de la calidad", "mdb:dataQualityInfo//mdq:scope//mcc:level/*/@codeListValue"),
    ("35", "resultado cuantitativo", "mdb:dataQualityInfo//mdq:DQ_QuantitativeResult/mdq:value/*"),
    ("35", "conformidad", "mdb:dataQualityInfo//mdq:DQ_ConformanceResult/mdq:pass/gco:Boolean"),
    ("36", "linaje", "mdb:resourceLineage/mrl:LI_Lineage/mrl:statement/gco:CharacterString"),
)  # fmt: skip
VECTOR = (
    ("9", "representación espacial", "mdb:spatialRepresentationInfo//msr:geometricObjectType/*"),
    ("10", "sistema de referencia", "mdb:referenceSystemInfo//mcc:code/gcx:Anchor"),
    ("21", "escala", f"{_I}/mri:spatialResolution//mri:denominator/gco:Integer"),
    ("23", "extensión", f"{_I}/mri:extent//gex:westBoundLongitude/gco:Decimal"),
)


def lacking(document: bytes, record: Record) -> tuple[list[str], int]:
    """What the record lacks of the profile, by name, and how many elements were looked at."""
    root = etree.fromstring(document)
    asked = ELEMENTS + (VECTOR if record.geometry_type else ())
    absent = [
        f"{name} (elemento {number})" for number, name, path in asked if not _says(root, path)
    ]
    return absent, len(asked)


def _says(root: etree._Element, path: str) -> bool:
    """Whether something is there, and with text."""
    return any(text.strip() for text in texts(root, path))


def texts(root: etree._Element, path: str) -> list[str]:
    """What an XPath finds: attributes and texts as they are, all the text of an element."""
    found: Any = root.xpath(path, namespaces=NAMESPACES)
    return [one if isinstance(one, str) else "".join(one.itertext()) for one in found]

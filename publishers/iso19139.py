"""ISO 19139 (``gmd``) records: what CSW harvesters, GeoNetwork and the ICDE's node still read.

Element order inside each parent is that of the schemas and is mandatory. Written with lxml
rather than pygeometa: see docs/decisions/0007-metadatos.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from publishers.metadata import CRS84, iso_day

if TYPE_CHECKING:
    from gis.quality import Measure
    from publishers.metadata import Distribution, Party, Record

NAMESPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": "http://www.w3.org/1999/xlink",
}
CODELISTS = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
CRS_URI = "http://www.opengis.net/def/crs/EPSG/0/{}"
CRS84_URI = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
PROFILE = "Perfil Latinoamericano de Metadatos (LAMP) · NTC 4611"
PROTOCOLS = {
    "download": "WWW:DOWNLOAD-1.0-http--download",
    "information": "WWW:LINK-1.0-http--link",
}
GEOMETRIC_OBJECTS = {0: "point", 1: "curve", 2: "surface"}

Element = etree._Element


def write(record: Record) -> bytes:
    """The record as an XML document in UTF-8, the same bytes for the same record."""
    return etree.tostring(
        document(record), xml_declaration=True, encoding="UTF-8", pretty_print=True
    )


def document(record: Record) -> Element:
    """The ``gmd:MD_Metadata`` element of a record."""
    scope = "dataset" if record.geometry_type else "nonGeographicDataset"
    root = etree.Element(_tag("gmd:MD_Metadata"), nsmap=NAMESPACES)
    _text(root, "gmd:fileIdentifier", record.identifier)
    _language(root)
    _code(root, "gmd:characterSet", "MD_CharacterSetCode", "utf8")
    _code(root, "gmd:hierarchyLevel", "MD_ScopeCode", scope)
    _text(root, "gmd:hierarchyLevelName", "conjunto de datos")
    _party(root, "gmd:contact", record.contact, "pointOfContact")
    _add(root, "gmd:dateStamp/gco:DateTime", record.modified.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _text(root, "gmd:metadataStandardName", f"ISO 19115:2003 / ISO 19139. {PROFILE}")
    _text(root, "gmd:metadataStandardVersion", "ISO/TS 19139:2007")
    _text(root, "gmd:dataSetURI", record.landing_page)
    if record.geometry_type:
        _representation(root, record)
    for epsg in record.crs:
        _reference_system(root, epsg)
    _identification(_add(root, "gmd:identificationInfo/gmd:MD_DataIdentification"), record)
    _content(root, record)
    _distribution(_add(root, "gmd:distributionInfo/gmd:MD_Distribution"), record)
    _quality(_add(root, "gmd:dataQualityInfo/gmd:DQ_DataQuality"), record, scope)
    return root


def _representation(root: Element, record: Record) -> None:
    vector = _add(root, "gmd:spatialRepresentationInfo/gmd:MD_VectorSpatialRepresentation")
    _code(vector, "gmd:topologyLevel", "MD_TopologyLevelCode", "geometryOnly")
    objects = _add(vector, "gmd:geometricObjects/gmd:MD_GeometricObjects")
    dimension = 0 if "Point" in record.geometry_type else 1 if "Line" in record.geometry_type else 2
    kind = GEOMETRIC_OBJECTS[dimension]
    _code(objects, "gmd:geometricObjectType", "MD_GeometricObjectTypeCode", kind)
    with_geometry = record.feature_count - record.without_geometry
    if with_geometry:
        _add(objects, "gmd:geometricObjectCount/gco:Integer", str(with_geometry))


def _reference_system(root: Element, epsg: int) -> None:
    identifier = _add(
        root,
        "gmd:referenceSystemInfo/gmd:MD_ReferenceSystem/gmd:referenceSystemIdentifier"
        "/gmd:RS_Identifier",
    )
    _text(identifier, "gmd:code", CRS84_URI if epsg == CRS84 else CRS_URI.format(epsg))
    _text(identifier, "gmd:codeSpace", "OGC" if epsg == CRS84 else "EPSG")


def _identification(info: Element, record: Record) -> None:
    _citation(_add(info, "gmd:citation/gmd:CI_Citation"), record)
    _text(info, "gmd:abstract", record.statement)
    if record.purpose:
        _text(info, "gmd:purpose", record.purpose)
    _code(info, "gmd:status", "MD_ProgressCode", "onGoing" if record.accrual else "completed")
    _party(info, "gmd:pointOfContact", record.contact, "pointOfContact")
    _code(
        _add(info, "gmd:resourceMaintenance/gmd:MD_MaintenanceInformation"),
        "gmd:maintenanceAndUpdateFrequency",
        "MD_MaintenanceFrequencyCode",
        record.frequency,
    )
    _keywords(info, record.keywords, "theme")
    _keywords(info, record.places, "place")
    _constraints(info, record)
    kind = "vector" if record.geometry_type else "textTable"
    _code(info, "gmd:spatialRepresentationType", "MD_SpatialRepresentationTypeCode", kind)
    if record.scale_denominator:
        _add(
            info,
            "gmd:spatialResolution/gmd:MD_Resolution/gmd:equivalentScale"
            "/gmd:MD_RepresentativeFraction/gmd:denominator/gco:Integer",
            str(record.scale_denominator),
        )
    _language(info)
    _code(info, "gmd:characterSet", "MD_CharacterSetCode", "utf8")
    _add(info, "gmd:topicCategory/gmd:MD_TopicCategoryCode", record.topic)
    _extent(info, record)
    supplement = f"Conjunto de cambios {record.changeset}. Cómo citar: {record.citation}"
    _text(info, "gmd:supplementalInformation", supplement)


def _citation(citation: Element, record: Record) -> None:
    _text(citation, "gmd:title", record.shown_title)
    dates = [("creation", iso_day(record.issued)), ("revision", iso_day(record.modified))]
    if record.reference_date:
        dates.append(("publication", record.reference_date))
    for kind, day in dates:
        date = _add(citation, "gmd:date/gmd:CI_Date")
        _add(date, "gmd:date/gco:Date", day)
        _code(date, "gmd:dateType", "CI_DateTypeCode", kind)
    _text(citation, "gmd:edition", f"Conjunto de cambios {record.changeset}")
    _text(_add(citation, "gmd:identifier/gmd:MD_Identifier"), "gmd:code", record.landing_page)
    _party(citation, "gmd:citedResponsibleParty", record.publisher, "owner")
    form = "mapDigital" if record.geometry_type else "tableDigital"
    _code(citation, "gmd:presentationForm", "CI_PresentationFormCode", form)


def _keywords(info: Element, words: tuple[str, ...], kind: str) -> None:
    keywords = _add(info, "gmd:descriptiveKeywords/gmd:MD_Keywords")
    for word in words:
        _text(keywords, "gmd:keyword", word)
    _code(keywords, "gmd:type", "MD_KeywordTypeCode", kind)


def _constraints(info: Element, record: Record) -> None:
    legal = _add(info, "gmd:resourceConstraints/gmd:MD_LegalConstraints")
    if record.notice:
        _text(legal, "gmd:useLimitation", record.notice)
    if record.demonstration:
        _text(legal, "gmd:useLimitation", "Datos de demostración: no describen la realidad.")
    _code(legal, "gmd:accessConstraints", "MD_RestrictionCode", "otherRestrictions")
    _code(legal, "gmd:useConstraints", "MD_RestrictionCode", "license")
    _text(legal, "gmd:otherConstraints", record.license)
    _text(legal, "gmd:otherConstraints", record.license_name)
    security = _add(info, "gmd:resourceConstraints/gmd:MD_SecurityConstraints")
    _code(security, "gmd:classification", "MD_ClassificationCode", "unclassified")


def _extent(info: Element, record: Record) -> None:
    if record.bbox is None and record.period is None:
        return
    extent = _add(info, "gmd:extent/gmd:EX_Extent")
    if record.bbox is not None:
        box = _add(extent, "gmd:geographicElement/gmd:EX_GeographicBoundingBox")
        west, south, east, north = record.bbox
        sides = {
            "westBoundLongitude": west,
            "eastBoundLongitude": east,
            "southBoundLatitude": south,
            "northBoundLatitude": north,
        }
        for side, degrees in sides.items():
            _add(box, f"gmd:{side}/gco:Decimal", f"{degrees:.7f}")
    if record.period is not None:
        period = _add(extent, "gmd:temporalElement/gmd:EX_TemporalExtent/gmd:extent/gml:TimePeriod")
        period.set(_tag("gml:id"), "periodo")
        _add(period, "gml:beginPosition", record.period[0])
        _add(period, "gml:endPosition", record.period[1])


def _content(root: Element, record: Record) -> None:
    content = _add(root, "gmd:contentInfo/gmd:MD_FeatureCatalogueDescription")
    _add(content, "gmd:includedWithDataset/gco:Boolean", "true")
    name = _add(content, "gmd:featureTypes/gco:LocalName", record.layer)
    name.set("codeSpace", record.landing_page)
    citation = _add(content, "gmd:featureCatalogueCitation/gmd:CI_Citation")
    _text(citation, "gmd:title", f"Diccionario de datos: {record.title}")
    date = _add(citation, "gmd:date/gmd:CI_Date")
    _add(date, "gmd:date/gco:Date", iso_day(record.modified))
    _code(date, "gmd:dateType", "CI_DateTypeCode", "revision")


def _distribution(distribution: Element, record: Record) -> None:
    for name in dict.fromkeys(d.format for d in record.distributions):
        form = _add(distribution, "gmd:distributionFormat/gmd:MD_Format")
        _text(form, "gmd:name", name)
        _add(form, "gmd:version").set(_tag("gco:nilReason"), "inapplicable")
    distributor = _add(distribution, "gmd:distributor/gmd:MD_Distributor")
    _party(distributor, "gmd:distributorContact", record.publisher, "distributor")
    transfer = _add(distribution, "gmd:transferOptions/gmd:MD_DigitalTransferOptions")
    for file in record.distributions:
        _online(transfer, file.url, file.title, _about(file), "download")
    _online(transfer, record.landing_page, "Página del conjunto de datos", "", "information")


def _about(file: Distribution) -> str:
    return f"{file.format}, {file.size} bytes, SHA-256 {file.sha256}"


def _online(parent: Element, url: str, name: str, description: str, function: str) -> None:
    online = _add(parent, "gmd:onLine/gmd:CI_OnlineResource")
    _add(online, "gmd:linkage/gmd:URL", url)
    _text(online, "gmd:protocol", PROTOCOLS[function])
    _text(online, "gmd:name", name)
    if description:
        _text(online, "gmd:description", description)
    _code(online, "gmd:function", "CI_OnLineFunctionCode", function)


def _quality(quality: Element, record: Record, scope: str) -> None:
    _code(_add(quality, "gmd:scope/gmd:DQ_Scope"), "gmd:level", "MD_ScopeCode", scope)
    for measure in record.quality.measures:
        _report(quality, measure, record)
    lineage = _add(quality, "gmd:lineage/gmd:LI_Lineage")
    _text(lineage, "gmd:statement", record.lineage)


def _report(quality: Element, measure: Measure, record: Record) -> None:
    report = _add(quality, f"gmd:report/gmd:{measure.element}")
    name = f"{measure.name} ({measure.field})" if measure.field else measure.name
    _text(report, "gmd:nameOfMeasure", name)
    identification = _add(report, "gmd:measureIdentification/gmd:RS_Identifier")
    _text(identification, "gmd:code", measure.id)
    _text(identification, "gmd:codeSpace", measure.code_space)
    if measure.note:
        _text(report, "gmd:measureDescription", measure.note)
    _code(report, "gmd:evaluationMethodType", "DQ_EvaluationMethodTypeCode", "directInternal")
    evaluated = record.quality.evaluated_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    _add(report, "gmd:dateTime/gco:DateTime", evaluated)
    if measure.passed is not None:
        _conformance(report, measure, record)
    result = _add(report, "gmd:result/gmd:DQ_QuantitativeResult")
    unit = _add(result, "gmd:valueUnit/gml:UnitDefinition")
    unit.set(_tag("gml:id"), f"unidad-{_slug(measure)}")
    _add(unit, "gml:identifier", "1").set("codeSpace", "http://unitsofmeasure.org")
    _add(result, "gmd:value/gco:Record", f"{measure.value:.6g}")


def _slug(measure: Measure) -> str:
    return "-".join(part for part in (measure.id, measure.field) if part).replace("_", "-")


def _conformance(report: Element, measure: Measure, record: Record) -> None:
    result = _add(report, "gmd:result/gmd:DQ_ConformanceResult")
    citation = _add(result, "gmd:specification/gmd:CI_Citation")
    _text(citation, "gmd:title", f"Contrato de la capa {record.layer}")
    date = _add(citation, "gmd:date/gmd:CI_Date")
    _add(date, "gmd:date/gco:Date", iso_day(record.modified))
    _code(date, "gmd:dateType", "CI_DateTypeCode", "revision")
    _text(result, "gmd:explanation", measure.note or "Debe ser cero")
    _add(result, "gmd:pass/gco:Boolean", "true" if measure.passed else "false")


def _party(parent: Element, name: str, party: Party, role: str) -> None:
    responsible = _add(parent, f"{name}/gmd:CI_ResponsibleParty")
    _text(responsible, "gmd:organisationName", party.name)
    contact = _add(responsible, "gmd:contactInfo/gmd:CI_Contact")
    if party.phone:
        _text(_add(contact, "gmd:phone/gmd:CI_Telephone"), "gmd:voice", party.phone)
    address = _add(contact, "gmd:address/gmd:CI_Address")
    _text(address, "gmd:electronicMailAddress", party.email)
    if party.website:
        _add(contact, "gmd:onlineResource/gmd:CI_OnlineResource/gmd:linkage/gmd:URL", party.website)
    _code(responsible, "gmd:role", "CI_RoleCode", role)


def _language(parent: Element) -> None:
    code = _add(parent, "gmd:language/gmd:LanguageCode", "spa")
    code.set("codeList", "http://www.loc.gov/standards/iso639-2/")
    code.set("codeListValue", "spa")


def _text(parent: Element, name: str, text: str) -> Element:
    return _add(parent, f"{name}/gco:CharacterString", text)


def _code(parent: Element, name: str, codelist: str, value: str) -> None:
    code = _add(parent, f"{name}/gmd:{codelist}", value)
    code.set("codeList", f"{CODELISTS}#{codelist}")
    code.set("codeListValue", value)


def _add(parent: Element, path: str, text: str = "") -> Element:
    """Append the chain of elements of ``path`` to ``parent``; the last one, holding ``text``."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, _tag(name))
    if text:
        parent.text = text
    return parent


def _tag(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"

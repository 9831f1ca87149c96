"""ISO 19139 (``gmd``) records: what CSW harvesters, GeoNetwork and the ICDE's node still read.

Element order inside each parent is that of the schemas and is mandatory. Written with lxml
rather than pygeometa: see docs/decisions/0007-metadatos.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishers.markup import Element, Markup, written
from publishers.metadata import CRS84, INSTANT, iso_day, told

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

XML = Markup(NAMESPACES, CODELISTS)


def write(record: Record) -> bytes:
    """The record as an XML document in UTF-8, the same bytes for the same record."""
    return written(document(record))


def document(record: Record) -> Element:
    """The ``gmd:MD_Metadata`` element of a record."""
    scope = record.scope
    root = XML.root("gmd:MD_Metadata")
    XML.text(root, "gmd:fileIdentifier", record.identifier)
    _language(root)
    XML.code(root, "gmd:characterSet", "gmd:MD_CharacterSetCode", "utf8")
    XML.code(root, "gmd:hierarchyLevel", "gmd:MD_ScopeCode", scope)
    XML.text(root, "gmd:hierarchyLevelName", "conjunto de datos")
    _party(root, "gmd:contact", record.contact, "pointOfContact")
    XML.add(root, "gmd:dateStamp/gco:DateTime", record.modified.strftime(INSTANT))
    XML.text(root, "gmd:metadataStandardName", f"ISO 19115:2003 / ISO 19139. {PROFILE}")
    XML.text(root, "gmd:metadataStandardVersion", "ISO/TS 19139:2007")
    XML.text(root, "gmd:dataSetURI", record.landing_page)
    if record.geometry_type:
        _representation(root, record)
    for epsg in record.crs:
        _reference_system(root, epsg)
    _identification(XML.add(root, "gmd:identificationInfo/gmd:MD_DataIdentification"), record)
    _content(root, record)
    _distribution(XML.add(root, "gmd:distributionInfo/gmd:MD_Distribution"), record)
    _quality(XML.add(root, "gmd:dataQualityInfo/gmd:DQ_DataQuality"), record, scope)
    return root


def _representation(root: Element, record: Record) -> None:
    vector = XML.add(root, "gmd:spatialRepresentationInfo/gmd:MD_VectorSpatialRepresentation")
    XML.code(vector, "gmd:topologyLevel", "gmd:MD_TopologyLevelCode", "geometryOnly")
    objects = XML.add(vector, "gmd:geometricObjects/gmd:MD_GeometricObjects")
    kind = "gmd:MD_GeometricObjectTypeCode"
    XML.code(objects, "gmd:geometricObjectType", kind, record.geometric_object)
    with_geometry = record.feature_count - record.without_geometry
    if with_geometry:
        XML.add(objects, "gmd:geometricObjectCount/gco:Integer", str(with_geometry))


def _reference_system(root: Element, epsg: int) -> None:
    identifier = XML.add(
        root,
        "gmd:referenceSystemInfo/gmd:MD_ReferenceSystem/gmd:referenceSystemIdentifier"
        "/gmd:RS_Identifier",
    )
    XML.text(identifier, "gmd:code", CRS84_URI if epsg == CRS84 else CRS_URI.format(epsg))
    XML.text(identifier, "gmd:codeSpace", "OGC" if epsg == CRS84 else "EPSG")


def _identification(info: Element, record: Record) -> None:
    _citation(XML.add(info, "gmd:citation/gmd:CI_Citation"), record)
    XML.text(info, "gmd:abstract", record.statement)
    if record.purpose:
        XML.text(info, "gmd:purpose", record.purpose)
    XML.code(
        info, "gmd:status", "gmd:MD_ProgressCode", "onGoing" if record.accrual else "completed"
    )
    _party(info, "gmd:pointOfContact", record.contact, "pointOfContact")
    XML.code(
        XML.add(info, "gmd:resourceMaintenance/gmd:MD_MaintenanceInformation"),
        "gmd:maintenanceAndUpdateFrequency",
        "gmd:MD_MaintenanceFrequencyCode",
        record.frequency,
    )
    _keywords(info, record.keywords, "theme")
    _keywords(info, record.places, "place")
    _constraints(info, record)
    kind = "vector" if record.geometry_type else "textTable"
    XML.code(info, "gmd:spatialRepresentationType", "gmd:MD_SpatialRepresentationTypeCode", kind)
    if record.scale_denominator:
        XML.add(
            info,
            "gmd:spatialResolution/gmd:MD_Resolution/gmd:equivalentScale"
            "/gmd:MD_RepresentativeFraction/gmd:denominator/gco:Integer",
            str(record.scale_denominator),
        )
    _language(info)
    XML.code(info, "gmd:characterSet", "gmd:MD_CharacterSetCode", "utf8")
    XML.add(info, "gmd:topicCategory/gmd:MD_TopicCategoryCode", record.topic)
    _extent(info, record)
    supplement = f"Conjunto de cambios {record.changeset}. Cómo citar: {record.citation}"
    XML.text(info, "gmd:supplementalInformation", supplement)


def _citation(citation: Element, record: Record) -> None:
    XML.text(citation, "gmd:title", record.shown_title)
    dates = [("creation", iso_day(record.issued)), ("revision", iso_day(record.modified))]
    if record.reference_date:
        dates.append(("publication", record.reference_date))
    for kind, day in dates:
        date = XML.add(citation, "gmd:date/gmd:CI_Date")
        XML.add(date, "gmd:date/gco:Date", day)
        XML.code(date, "gmd:dateType", "gmd:CI_DateTypeCode", kind)
    XML.text(citation, "gmd:edition", f"Conjunto de cambios {record.changeset}")
    XML.text(XML.add(citation, "gmd:identifier/gmd:MD_Identifier"), "gmd:code", record.landing_page)
    _party(citation, "gmd:citedResponsibleParty", record.publisher, "owner")
    form = "mapDigital" if record.geometry_type else "tableDigital"
    XML.code(citation, "gmd:presentationForm", "gmd:CI_PresentationFormCode", form)


def _keywords(info: Element, words: tuple[str, ...], kind: str) -> None:
    keywords = XML.add(info, "gmd:descriptiveKeywords/gmd:MD_Keywords")
    for word in words:
        XML.text(keywords, "gmd:keyword", word)
    XML.code(keywords, "gmd:type", "gmd:MD_KeywordTypeCode", kind)


def _constraints(info: Element, record: Record) -> None:
    legal = XML.add(info, "gmd:resourceConstraints/gmd:MD_LegalConstraints")
    if record.notice:
        XML.text(legal, "gmd:useLimitation", record.notice)
    if record.demonstration:
        XML.text(legal, "gmd:useLimitation", "Datos de demostración: no describen la realidad.")
    XML.code(legal, "gmd:accessConstraints", "gmd:MD_RestrictionCode", "otherRestrictions")
    XML.code(legal, "gmd:useConstraints", "gmd:MD_RestrictionCode", "license")
    XML.text(legal, "gmd:otherConstraints", record.license)
    XML.text(legal, "gmd:otherConstraints", record.license_name)
    security = XML.add(info, "gmd:resourceConstraints/gmd:MD_SecurityConstraints")
    XML.code(security, "gmd:classification", "gmd:MD_ClassificationCode", "unclassified")


def _extent(info: Element, record: Record) -> None:
    if record.bbox is None and record.period is None:
        return
    extent = XML.add(info, "gmd:extent/gmd:EX_Extent")
    if record.bbox is not None:
        box = XML.add(extent, "gmd:geographicElement/gmd:EX_GeographicBoundingBox")
        west, south, east, north = record.bbox
        sides = {
            "westBoundLongitude": west,
            "eastBoundLongitude": east,
            "southBoundLatitude": south,
            "northBoundLatitude": north,
        }
        for side, degrees in sides.items():
            XML.add(box, f"gmd:{side}/gco:Decimal", f"{degrees:.7f}")
    if record.period is not None:
        period = XML.add(
            extent, "gmd:temporalElement/gmd:EX_TemporalExtent/gmd:extent/gml:TimePeriod"
        )
        period.set(XML.tag("gml:id"), "periodo")
        XML.add(period, "gml:beginPosition", record.period[0])
        XML.add(period, "gml:endPosition", record.period[1])


def _content(root: Element, record: Record) -> None:
    content = XML.add(root, "gmd:contentInfo/gmd:MD_FeatureCatalogueDescription")
    XML.add(content, "gmd:includedWithDataset/gco:Boolean", "true")
    name = XML.add(content, "gmd:featureTypes/gco:LocalName", record.layer)
    name.set("codeSpace", record.landing_page)
    citation = XML.add(content, "gmd:featureCatalogueCitation/gmd:CI_Citation")
    XML.text(citation, "gmd:title", f"Diccionario de datos: {record.title}")
    date = XML.add(citation, "gmd:date/gmd:CI_Date")
    XML.add(date, "gmd:date/gco:Date", iso_day(record.modified))
    XML.code(date, "gmd:dateType", "gmd:CI_DateTypeCode", "revision")


def _distribution(distribution: Element, record: Record) -> None:
    for name in dict.fromkeys(d.format for d in record.distributions):
        form = XML.add(distribution, "gmd:distributionFormat/gmd:MD_Format")
        XML.text(form, "gmd:name", name)
        XML.add(form, "gmd:version").set(XML.tag("gco:nilReason"), "inapplicable")
    distributor = XML.add(distribution, "gmd:distributor/gmd:MD_Distributor")
    _party(distributor, "gmd:distributorContact", record.publisher, "distributor")
    transfer = XML.add(distribution, "gmd:transferOptions/gmd:MD_DigitalTransferOptions")
    for file in record.distributions:
        _online(transfer, file.url, file.title, _about(file), "download")
    _online(transfer, record.landing_page, "Página del conjunto de datos", "", "information")
    for link in record.links:
        _online(transfer, link.url, link.title, link.protocol, "information")


def _about(file: Distribution) -> str:
    return f"{file.format} · {file.size} bytes · SHA-256 {file.sha256}"


def _online(parent: Element, url: str, name: str, description: str, function: str) -> None:
    online = XML.add(parent, "gmd:onLine/gmd:CI_OnlineResource")
    XML.add(online, "gmd:linkage/gmd:URL", url)
    XML.text(online, "gmd:protocol", PROTOCOLS[function])
    # pycsw keeps a link as words between commas, and would read one here as the next word.
    XML.text(online, "gmd:name", name.replace(",", " ·"))
    if description:
        XML.text(online, "gmd:description", description)
    XML.code(online, "gmd:function", "gmd:CI_OnLineFunctionCode", function)


def _quality(quality: Element, record: Record, scope: str) -> None:
    XML.code(XML.add(quality, "gmd:scope/gmd:DQ_Scope"), "gmd:level", "gmd:MD_ScopeCode", scope)
    for measure in record.quality.measures:
        _report(quality, measure, record)
    lineage = XML.add(quality, "gmd:lineage/gmd:LI_Lineage")
    XML.text(lineage, "gmd:statement", record.lineage)
    for step in record.steps:
        process = XML.add(lineage, "gmd:processStep/gmd:LI_ProcessStep")
        XML.text(process, "gmd:description", told(step))
        XML.add(process, "gmd:dateTime/gco:DateTime", step.sealed_at.strftime(INSTANT))


def _report(quality: Element, measure: Measure, record: Record) -> None:
    report = XML.add(quality, f"gmd:report/gmd:{measure.element}")
    name = f"{measure.name} ({measure.field})" if measure.field else measure.name
    XML.text(report, "gmd:nameOfMeasure", name)
    identification = XML.add(report, "gmd:measureIdentification/gmd:RS_Identifier")
    XML.text(identification, "gmd:code", measure.id)
    XML.text(identification, "gmd:codeSpace", measure.code_space)
    if measure.note:
        XML.text(report, "gmd:measureDescription", measure.note)
    XML.code(
        report, "gmd:evaluationMethodType", "gmd:DQ_EvaluationMethodTypeCode", "directInternal"
    )
    evaluated = record.quality.evaluated_at.strftime(INSTANT)
    XML.add(report, "gmd:dateTime/gco:DateTime", evaluated)
    if measure.passed is not None:
        _conformance(report, measure, record)
    result = XML.add(report, "gmd:result/gmd:DQ_QuantitativeResult")
    unit = XML.add(result, "gmd:valueUnit/gml:UnitDefinition")
    unit.set(XML.tag("gml:id"), f"unidad-{_slug(measure)}")
    XML.add(unit, "gml:identifier", "1").set("codeSpace", "http://unitsofmeasure.org")
    XML.add(result, "gmd:value/gco:Record", f"{measure.value:.6g}")


def _slug(measure: Measure) -> str:
    return "-".join(part for part in (measure.id, measure.field) if part).replace("_", "-")


def _conformance(report: Element, measure: Measure, record: Record) -> None:
    result = XML.add(report, "gmd:result/gmd:DQ_ConformanceResult")
    citation = XML.add(result, "gmd:specification/gmd:CI_Citation")
    XML.text(citation, "gmd:title", f"Contrato de la capa {record.layer}")
    date = XML.add(citation, "gmd:date/gmd:CI_Date")
    XML.add(date, "gmd:date/gco:Date", iso_day(record.modified))
    XML.code(date, "gmd:dateType", "gmd:CI_DateTypeCode", "revision")
    XML.text(result, "gmd:explanation", measure.note or "Debe ser cero")
    XML.add(result, "gmd:pass/gco:Boolean", "true" if measure.passed else "false")


def _party(parent: Element, name: str, party: Party, role: str) -> None:
    responsible = XML.add(parent, f"{name}/gmd:CI_ResponsibleParty")
    XML.text(responsible, "gmd:organisationName", party.name)
    contact = XML.add(responsible, "gmd:contactInfo/gmd:CI_Contact")
    if party.phone:
        XML.text(XML.add(contact, "gmd:phone/gmd:CI_Telephone"), "gmd:voice", party.phone)
    address = XML.add(contact, "gmd:address/gmd:CI_Address")
    XML.text(address, "gmd:electronicMailAddress", party.email)
    if party.website:
        XML.add(
            contact, "gmd:onlineResource/gmd:CI_OnlineResource/gmd:linkage/gmd:URL", party.website
        )
    XML.code(responsible, "gmd:role", "gmd:CI_RoleCode", role)


def _language(parent: Element) -> None:
    code = XML.add(parent, "gmd:language/gmd:LanguageCode", "spa")
    code.set("codeList", "http://www.loc.gov/standards/iso639-2/")
    code.set("codeListValue", "spa")

"""ISO/TS 19115-3 (``mdb`` 2.0), the master record: what LAMP v2 and the ICDE's profile ask for.

``mdb``, ``cit``, ``msr``, ``mrl`` and ``mrc`` are version 2.0 while the others are 1.0: mixing them
is the usual mistake. Quality is in :mod:`publishers.iso19157`, whose elements are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishers import iso19157
from publishers.iso_parts import CRS84_URI, CRS_URI, XML, citation, locale, online, party
from publishers.markup import Element, written
from publishers.metadata import CRS84, INSTANT, iso_day, told

if TYPE_CHECKING:
    from publishers.metadata import Distribution, Record

STANDARD = ("ISO 19115-1. Geographic information — Metadata — Part 1: Fundamentals", "2014")
PROFILE = ("Perfil Latinoamericano de Metadatos (LAMP) · NTC 4611", "2")
DOWNLOAD = "WWW:DOWNLOAD-1.0-http--download"
PAGE = "WWW:LINK-1.0-http--link"


def write(record: Record) -> bytes:
    """The record as an XML document in UTF-8, the same bytes for the same record."""
    return written(document(record))


def document(record: Record) -> Element:
    """The ``mdb:MD_Metadata`` element of a record."""
    root = XML.root("mdb:MD_Metadata")
    identifier = XML.add(root, "mdb:metadataIdentifier/mcc:MD_Identifier")
    XML.text(identifier, "mcc:code", record.identifier)
    XML.text(identifier, "mcc:codeSpace", "urn:uuid")
    locale(root, "mdb:defaultLocale")
    scope = XML.add(root, "mdb:metadataScope/mdb:MD_MetadataScope")
    XML.code(scope, "mdb:resourceScope", "mcc:MD_ScopeCode", record.scope)
    XML.text(scope, "mdb:name", "conjunto de datos")
    party(root, "mdb:contact", record.contact, "pointOfContact")
    for kind, instant in (("creation", record.issued), ("revision", record.modified)):
        date = XML.add(root, "mdb:dateInfo/cit:CI_Date")
        XML.add(date, "cit:date/gco:DateTime", instant.strftime(INSTANT))
        XML.code(date, "cit:dateType", "cit:CI_DateTypeCode", kind)
    citation(root, "mdb:metadataStandard", *STANDARD)
    citation(root, "mdb:metadataProfile", *PROFILE)
    link = XML.add(root, "mdb:metadataLinkage/cit:CI_OnlineResource")
    online(link, record.landing_page, PAGE, "Página del conjunto de datos", "completeMetadata")
    if record.geometry_type:
        _representation(root, record)
    for epsg in record.crs:
        _reference_system(root, epsg)
    _identification(XML.add(root, "mdb:identificationInfo/mri:MD_DataIdentification"), record)
    _content(root, record)
    _distribution(XML.add(root, "mdb:distributionInfo/mrd:MD_Distribution"), record)
    iso19157.data_quality(XML.add(root, "mdb:dataQualityInfo/mdq:DQ_DataQuality"), record)
    _lineage(XML.add(root, "mdb:resourceLineage/mrl:LI_Lineage"), record)
    return root


def _representation(root: Element, record: Record) -> None:
    vector = XML.add(root, "mdb:spatialRepresentationInfo/msr:MD_VectorSpatialRepresentation")
    XML.code(vector, "msr:topologyLevel", "msr:MD_TopologyLevelCode", "geometryOnly")
    objects = XML.add(vector, "msr:geometricObjects/msr:MD_GeometricObjects")
    kind = record.geometric_object
    XML.code(objects, "msr:geometricObjectType", "msr:MD_GeometricObjectTypeCode", kind)
    count = record.feature_count - record.without_geometry
    if count:
        XML.add(objects, "msr:geometricObjectCount/gco:Integer", str(count))


def _reference_system(root: Element, epsg: int) -> None:
    system = XML.add(root, "mdb:referenceSystemInfo/mrs:MD_ReferenceSystem")
    identifier = XML.add(system, "mrs:referenceSystemIdentifier/mcc:MD_Identifier")
    address = CRS84_URI if epsg == CRS84 else CRS_URI.format(epsg)
    anchor = XML.add(identifier, "mcc:code/gcx:Anchor", address)
    anchor.set(XML.tag("xlink:href"), address)
    XML.text(identifier, "mcc:codeSpace", "OGC" if epsg == CRS84 else "EPSG")


def _identification(info: Element, record: Record) -> None:
    _citation(XML.add(info, "mri:citation/cit:CI_Citation"), record)
    XML.text(info, "mri:abstract", record.statement)
    if record.purpose:
        XML.text(info, "mri:purpose", record.purpose)
    XML.code(info, "mri:status", "mcc:MD_ProgressCode", record.progress)
    party(info, "mri:pointOfContact", record.contact, "pointOfContact")
    kind = "vector" if record.geometry_type else "textTable"
    representation = "mcc:MD_SpatialRepresentationTypeCode"
    XML.code(info, "mri:spatialRepresentationType", representation, kind)
    if record.scale_denominator:
        fraction = XML.add(
            info,
            "mri:spatialResolution/mri:MD_Resolution/mri:equivalentScale"
            "/mri:MD_RepresentativeFraction",
        )
        XML.add(fraction, "mri:denominator/gco:Integer", str(record.scale_denominator))
    XML.add(info, "mri:topicCategory/mri:MD_TopicCategoryCode", record.topic)
    _extent(info, record)
    for link in record.links:
        if link.rel == "specification":
            citation(info, "mri:additionalDocumentation", link.title, url=link.url)
    maintenance = XML.add(info, "mri:resourceMaintenance/mmi:MD_MaintenanceInformation")
    name, codelist = "mmi:maintenanceAndUpdateFrequency", "mmi:MD_MaintenanceFrequencyCode"
    XML.code(maintenance, name, codelist, record.frequency)
    _keywords(info, record.keywords, "theme")
    _keywords(info, record.places, "place")
    _constraints(info, record)
    locale(info, "mri:defaultLocale")
    supplement = f"Conjunto de cambios {record.changeset}. Cómo citar: {record.citation}"
    XML.text(info, "mri:supplementalInformation", supplement)


def _citation(cited: Element, record: Record) -> None:
    XML.text(cited, "cit:title", record.shown_title)
    dates = [("creation", iso_day(record.issued)), ("revision", iso_day(record.modified))]
    if record.reference_date:
        dates.append(("publication", record.reference_date))
    for kind, day in dates:
        date = XML.add(cited, "cit:date/cit:CI_Date")
        XML.add(date, "cit:date/gco:Date", day)
        XML.code(date, "cit:dateType", "cit:CI_DateTypeCode", kind)
    XML.text(cited, "cit:edition", f"Conjunto de cambios {record.changeset}")
    XML.text(XML.add(cited, "cit:identifier/mcc:MD_Identifier"), "mcc:code", record.landing_page)
    party(cited, "cit:citedResponsibleParty", record.publisher, "owner")
    form = "mapDigital" if record.geometry_type else "tableDigital"
    XML.code(cited, "cit:presentationForm", "cit:CI_PresentationFormCode", form)


def _extent(info: Element, record: Record) -> None:
    if record.bbox is None and record.period is None:
        return
    extent = XML.add(info, "mri:extent/gex:EX_Extent")
    if record.bbox is not None:
        box = XML.add(extent, "gex:geographicElement/gex:EX_GeographicBoundingBox")
        west, south, east, north = record.bbox
        sides = (("westBoundLongitude", west), ("eastBoundLongitude", east))
        for side, degrees in (*sides, ("southBoundLatitude", south), ("northBoundLatitude", north)):
            XML.add(box, f"gex:{side}/gco:Decimal", f"{degrees:.7f}")
    if record.period is not None:
        element = XML.add(extent, "gex:temporalElement/gex:EX_TemporalExtent")
        period = XML.add(element, "gex:extent/gml:TimePeriod")
        period.set(XML.tag("gml:id"), "periodo")
        XML.add(period, "gml:beginPosition", record.period[0])
        XML.add(period, "gml:endPosition", record.period[1])


def _keywords(info: Element, words: tuple[str, ...], kind: str) -> None:
    keywords = XML.add(info, "mri:descriptiveKeywords/mri:MD_Keywords")
    for word in words:
        XML.text(keywords, "mri:keyword", word)
    XML.code(keywords, "mri:type", "mri:MD_KeywordTypeCode", kind)


def _constraints(info: Element, record: Record) -> None:
    legal = XML.add(info, "mri:resourceConstraints/mco:MD_LegalConstraints")
    if record.notice:
        XML.text(legal, "mco:useLimitation", record.notice)
    if record.demonstration:
        XML.text(legal, "mco:useLimitation", "Datos de demostración: no describen la realidad.")
    XML.code(legal, "mco:accessConstraints", "mco:MD_RestrictionCode", "unrestricted")
    XML.code(legal, "mco:useConstraints", "mco:MD_RestrictionCode", "licence")
    XML.code(legal, "mco:useConstraints", "mco:MD_RestrictionCode", "otherRestrictions")
    licence = XML.add(legal, "mco:otherConstraints/gcx:Anchor", record.license_name)
    licence.set(XML.tag("xlink:href"), record.license)
    security = XML.add(info, "mri:resourceConstraints/mco:MD_SecurityConstraints")
    XML.code(security, "mco:classification", "mco:MD_ClassificationCode", "unclassified")


def _content(root: Element, record: Record) -> None:
    content = XML.add(root, "mdb:contentInfo/mrc:MD_FeatureCatalogueDescription")
    XML.add(content, "mrc:complianceCode/gco:Boolean", "true")
    XML.add(content, "mrc:includedWithDataset/gco:Boolean", "true")
    info = XML.add(content, "mrc:featureTypes/mrc:MD_FeatureTypeInfo")
    XML.add(info, "mrc:featureTypeName/gco:ScopedName", record.layer)
    if record.feature_count:
        XML.add(info, "mrc:featureInstanceCount/gco:Integer", str(record.feature_count))
    title = f"Catálogo de objetos: {record.title}"
    url = next((link.url for link in record.links if link.rel == "catalogue"), "")
    day = iso_day(record.modified)
    citation(content, "mrc:featureCatalogueCitation", title, url=url, day=day)


def _distribution(distribution: Element, record: Record) -> None:
    for name in dict.fromkeys(d.format for d in record.distributions):
        form = XML.add(distribution, "mrd:distributionFormat/mrd:MD_Format")
        citation(form, "mrd:formatSpecificationCitation", name)
    distributor = XML.add(distribution, "mrd:distributor/mrd:MD_Distributor")
    party(distributor, "mrd:distributorContact", record.publisher, "distributor")
    transfer = XML.add(distribution, "mrd:transferOptions/mrd:MD_DigitalTransferOptions")
    for file in record.distributions:
        link = XML.add(transfer, "mrd:onLine/cit:CI_OnlineResource")
        online(link, file.url, DOWNLOAD, file.title, "download", _about(file))
    for offered in record.links:
        function = "fileAccess" if offered.rel == "service" else "information"
        link = XML.add(transfer, "mrd:onLine/cit:CI_OnlineResource")
        online(link, offered.url, offered.protocol, offered.title, function)


def _about(file: Distribution) -> str:
    return f"{file.format}, {file.size} bytes, SHA-256 {file.sha256}"


def _lineage(lineage: Element, record: Record) -> None:
    XML.text(lineage, "mrl:statement", record.lineage)
    scope = XML.add(lineage, "mrl:scope/mcc:MD_Scope")
    XML.code(scope, "mcc:level", "mcc:MD_ScopeCode", record.scope)
    for step in record.steps:
        process = XML.add(lineage, "mrl:processStep/mrl:LI_ProcessStep")
        XML.text(process, "mrl:description", told(step))
        instant = XML.add(process, "mrl:stepDateTime/gml:TimeInstant")
        instant.set(XML.tag("gml:id"), f"cambio-{step.changeset}")
        XML.add(instant, "gml:timePosition", step.sealed_at.strftime(INSTANT))

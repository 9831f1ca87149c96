"""Code lists of ISO 19115-1 that our records use, with the values that ISO/TC 211 registers.

A value that a list lacks is an error when a record is written: a harvester would drop it or, worse,
read another meaning. ISO 19139 spells one value differently (:data:`SPELLED_19139`).
"""

from __future__ import annotations

CODELISTS: dict[str, frozenset[str]] = {
    name: frozenset(values.split())
    for name, values in {
        "CI_RoleCode": "resourceProvider custodian owner user distributor originator "
        "pointOfContact principalInvestigator processor publisher author sponsor coAuthor "
        "collaborator editor mediator rightsHolder contributor funder stakeholder",
        "CI_DateTypeCode": "creation publication revision expiry lastUpdate lastRevision "
        "nextUpdate unavailable inForce adopted deprecated superseded validityBegins "
        "validityExpires released distribution",
        "CI_OnLineFunctionCode": "download information offlineAccess order search "
        "completeMetadata browseGraphic upload emailService browsing fileAccess",
        "CI_PresentationFormCode": "documentDigital documentHardcopy imageDigital "
        "imageHardcopy mapDigital mapHardcopy modelDigital modelHardcopy profileDigital "
        "profileHardcopy tableDigital tableHardcopy videoDigital videoHardcopy",
        "DQ_EvaluationMethodTypeCode": "directInternal directExternal indirect",
        "LanguageCode": "spa",
        "MD_CharacterSetCode": "utf8",
        "MD_ClassificationCode": "unclassified restricted confidential secret topSecret SBU "
        "forOfficialUseOnly protected limitedDistribution",
        "MD_GeometricObjectTypeCode": "complex composite curve point solid surface",
        "MD_KeywordTypeCode": "discipline place stratum temporal theme dataCentre featureType "
        "instrument platform process project service product subTopicCategory taxon",
        "MD_MaintenanceFrequencyCode": "continual daily weekly fortnightly monthly quarterly "
        "biannually annually asNeeded irregular notPlanned unknown periodic semimonthly "
        "biennially",
        "MD_ProgressCode": "completed historicalArchive obsolete onGoing planned required "
        "underDevelopment final pending retired superseded tentative valid accepted notAccepted "
        "withdrawn proposed deprecated",
        "MD_RestrictionCode": "copyright patent patentPending trademark licence "
        "intellectualPropertyRights restricted otherRestrictions unrestricted "
        "licenceUnrestricted licenceEndUser licenceDistributor private statutory confidential "
        "SBU in-confidence",
        "MD_ScopeCode": "dataset series nonGeographicDataset feature featureType attribute "
        "attributeType service application tile collection document",
        "MD_SpatialRepresentationTypeCode": "vector grid textTable tin stereoModel video",
        "MD_TopicCategoryCode": "farming biota boundaries climatologyMeteorologyAtmosphere "
        "economy elevation environment geoscientificInformation health "
        "imageryBaseMapsEarthCover intelligenceMilitary inlandWaters location oceans "
        "planningCadastre society structure transportation utilitiesCommunication "
        "extraTerrestrial disaster",
        "MD_TopologyLevelCode": "geometryOnly topology1D planarGraph fullPlanarGraph "
        "surfaceGraph fullSurfaceGraph topology3D fullTopology3D abstract",
    }.items()
}

SPELLED_19139 = {("MD_RestrictionCode", "license"): "licence"}


def check(codelist: str, value: str) -> str:
    """``value``, or KeyError when ``codelist`` has no such value."""
    if SPELLED_19139.get((codelist, value), value) not in CODELISTS[codelist]:
        raise KeyError(f"{codelist} has no value {value!r}")
    return value

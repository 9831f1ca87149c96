"""What a catalogue must know of a layer: the model from which every metadata form is derived.

Terms are those of ISO 19115-1:2014; code list values are the ISO ones. What can be computed
(extent, counts, dates, CRS, formats, quality) is never declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple

from gis.contract.checks import check_kind, check_tuple
from gis.errors import ContractError


class _Period(NamedTuple):
    iso: str
    """MD_MaintenanceFrequencyCode."""
    label: str
    """Frecuencia de Actualización, as datos.gov.co writes it."""
    accrual: str
    """ISO 8601 repetition for DCAT-US ``accrualPeriodicity``; empty when there is no period."""
    days: int | None
    """Days between updates, None when nothing is promised."""


class Frequency(Enum):
    """Promised update period."""

    CONTINUAL = _Period("continual", "Diaria", "R/PT1S", 1)
    DAILY = _Period("daily", "Diaria", "R/P1D", 1)
    WEEKLY = _Period("weekly", "Semanal", "R/P1W", 7)
    FORTNIGHTLY = _Period("fortnightly", "Quincenal", "R/P2W", 15)
    MONTHLY = _Period("monthly", "Mensual", "R/P1M", 30)
    QUARTERLY = _Period("quarterly", "Trimestral", "R/P3M", 90)
    BIANNUALLY = _Period("biannually", "Semestral", "R/P6M", 182)
    ANNUALLY = _Period("annually", "Anual", "R/P1Y", 365)
    AS_NEEDED = _Period("asNeeded", "No aplica", "", None)
    NOT_PLANNED = _Period("notPlanned", "Solo una vez", "", None)


class Topic(Enum):
    """MD_TopicCategoryCode: its code, what people read, and the layer list's sector."""

    FARMING = ("farming", "Agricultura")
    BOUNDARIES = ("boundaries", "Límites y divisiones")
    ECONOMY = ("economy", "Economía")
    ENVIRONMENT = ("environment", "Ambiente")
    GEOSCIENTIFIC = ("geoscientificInformation", "Gestión del riesgo")
    HEALTH = ("health", "Salud")
    LOCATION = ("location", "Localización")
    PLANNING = ("planningCadastre", "Planeación y catastro")
    SOCIETY = ("society", "Sociedad, cultura y seguridad")
    STRUCTURE = ("structure", "Equipamientos")
    TRANSPORTATION = ("transportation", "Vías y transporte")
    UTILITIES = ("utilitiesCommunication", "Conectividad")

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


CC_BY_4 = "https://creativecommons.org/licenses/by/4.0/"
CC_BY_SA_4 = "https://creativecommons.org/licenses/by-sa/4.0/"
ODBL_1 = "https://opendatacommons.org/licenses/odbl/1-0/"
OPEN_LICENCES = {
    CC_BY_4: "Creative Commons Atribución 4.0 Internacional",
    CC_BY_SA_4: "Creative Commons Atribución-CompartirIgual 4.0 Internacional",
    ODBL_1: "Open Database License 1.0",
}
"""Licences a dataset may carry (Ley 1712; guía de datos abiertos de MinTIC), with their names."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A change to come in what a layer publishes, told before it happens. Days in ISO 8601."""

    since: str
    """Day on which it is announced."""
    effective: str
    """Day from which it holds."""
    text: str
    """What will change and what whoever uses the data should do."""

    def __post_init__(self) -> None:
        for word, day in (("since", self.since), ("effective", self.effective)):
            try:
                date.fromisoformat(day)
            except ValueError:
                raise ContractError(
                    f"«announcements.{word}» debe ser un día, como 2027-01-31; es «{day}»",
                    field="announcements",
                ) from None
        if self.since > self.effective:
            raise ContractError(
                "Un cambio se anuncia antes de que rija: «since» va después de «effective»",
                field="announcements",
            )


@dataclass(frozen=True, slots=True)
class Metadata:
    """Declared metadata of a layer (ISO 19115-1 MD_DataIdentification and LI_Lineage)."""

    abstract: str
    """Resumen: what it holds, ≥ 100 characters (LAMP profile, standards row 16)."""
    lineage: str
    """Linaje: where the data come from and how they were made."""
    topic: Topic
    frequency: Frequency
    contact: str
    """Name of a contact in the entity's file, who answers for the data."""
    purpose: str = ""
    keywords: tuple[str, ...] = ()
    scale_denominator: int | None = None
    license: str = CC_BY_4
    notice: str = ""
    """Legal note shown in popups, prints and descriptions (e.g. not a *concepto de riesgo*)."""

    def __post_init__(self) -> None:
        if len(self.abstract) < 100:
            raise ContractError(
                "El resumen (abstract) debe tener al menos 100 caracteres "
                f"(tiene {len(self.abstract)})",
                field="metadata.abstract",
            )
        check_kind(self.topic, Topic, "metadata.topic")
        check_kind(self.frequency, Frequency, "metadata.frequency")
        check_tuple(self.keywords, str, "metadata.keywords")
        if self.scale_denominator is not None and self.scale_denominator <= 0:
            raise ContractError(
                "La escala es su denominador: 5000 para 1:5.000",
                field="metadata.scale_denominator",
            )
        if not self.lineage:
            raise ContractError("Falta el linaje (lineage)", field="metadata.lineage")
        if self.license not in OPEN_LICENCES:
            raise ContractError(
                f"La licencia «{self.license}» no está entre las abiertas: "
                f"{', '.join(OPEN_LICENCES)}",
                field="metadata.license",
            )

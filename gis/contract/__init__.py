"""The words a declaration is written with. ``layers/`` imports nothing else of ours."""

from gis.contract.access import CLASIFICADA, PUBLICA, RESERVADA, Access
from gis.contract.derived import Aggregate, Period, Register
from gis.contract.fields import Extent, Field, Geometry
from gis.contract.layer import Dataset, Layer, Tiles
from gis.contract.metadata import (
    CC_BY_4,
    CC_BY_SA_4,
    ODBL_1,
    Announcement,
    Frequency,
    Metadata,
    Topic,
)
from gis.contract.privacy_rules import NamesNoPerson
from gis.contract.questions import (
    Eligibility,
    Here,
    Network,
    Place,
    PlaceKind,
    Relation,
    Section,
    Zone,
)
from gis.contract.row_rules import Distinct, NotInFuture, Ordered
from gis.contract.spatial_rules import Inside, NearNamed, NoOverlap, NoSliver, UrbanAddress
from gis.contract.style import Role, Style, Symbol
from gis.contract.types import (
    Boolean,
    Coded,
    Date,
    Decimal,
    Integer,
    Reference,
    Text,
    Timestamp,
)

__all__ = [
    "CC_BY_4",
    "CC_BY_SA_4",
    "CLASIFICADA",
    "ODBL_1",
    "PUBLICA",
    "RESERVADA",
    "Access",
    "Aggregate",
    "Announcement",
    "Boolean",
    "Coded",
    "Dataset",
    "Date",
    "Decimal",
    "Distinct",
    "Eligibility",
    "Extent",
    "Field",
    "Frequency",
    "Geometry",
    "Here",
    "Inside",
    "Integer",
    "Layer",
    "Metadata",
    "NamesNoPerson",
    "NearNamed",
    "Network",
    "NoOverlap",
    "NoSliver",
    "NotInFuture",
    "Ordered",
    "Period",
    "Place",
    "PlaceKind",
    "Reference",
    "Register",
    "Relation",
    "Role",
    "Section",
    "Style",
    "Symbol",
    "Text",
    "Tiles",
    "Timestamp",
    "Topic",
    "UrbanAddress",
    "Zone",
]

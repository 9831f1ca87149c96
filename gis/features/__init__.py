"""Reading features: pages, one feature, as of any moment, through the views of an access class."""

from gis.features.boxes import Bbox, parse_bbox
from gis.features.jsonfg import Encoding, root_members
from gis.features.moments import CIVIL_TIME, Interval, parse_as_of, parse_interval
from gis.features.query import DEFAULT_LIMIT, MAX_LIMIT, Query
from gis.features.read import Page, count, read_one, read_page, read_seen
from gis.features.rows import rows
from gis.features.session import TookTooLong, reading
from gis.features.sorting import Sort, parse_sort
from gis.features.temporal import TemporalExtents
from gis.features.values import parse_value
from gis.features.words import Words, parse_words

__all__ = [
    "CIVIL_TIME",
    "DEFAULT_LIMIT",
    "MAX_LIMIT",
    "Bbox",
    "Encoding",
    "Interval",
    "Page",
    "Query",
    "Sort",
    "TemporalExtents",
    "TookTooLong",
    "Words",
    "count",
    "parse_as_of",
    "parse_bbox",
    "parse_interval",
    "parse_sort",
    "parse_value",
    "parse_words",
    "read_one",
    "read_page",
    "read_seen",
    "reading",
    "root_members",
    "rows",
]

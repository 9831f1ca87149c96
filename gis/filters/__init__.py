"""CQL2 over the columns of a source, as a condition of the store.

Every name is checked against what the caller may see, every value against the kind of what it is
compared with, and every value is a parameter of the statement. A comparison with a null is
unknown: such a row is neither in a selection nor in its negation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gis.crs import CRS84, Crs
from gis.filters.reading import LANGUAGES, Language, parse
from gis.filters.translate import Translator

if TYPE_CHECKING:
    import sqlalchemy as sa

GEOMETRY = "geometry"
"""What a filter calls the feature's geometry."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that has been read; its names are checked when it meets a source."""

    text: str
    language: Language = "cql2-text"
    crs: Crs = CRS84
    """Of the coordinates in it, in the order of its authority's axes."""
    tree: Any = field(default=None, repr=False, compare=False)

    def over(self, source: sa.FromClause) -> sa.ColumnElement[bool]:
        """The condition over the columns of ``source``: its fields, and ``geom`` as
        :data:`GEOMETRY`. :class:`InvalidRequest` for a name it does not have."""
        loose = self.language == "cql-text"
        return Translator(_columns(source), self.crs, self.text, loose).condition(self.tree)


def read_filter(text: str, language: Language = "cql2-text", crs: Crs = CRS84) -> Filter:
    """Read a filter. :class:`InvalidRequest` for what is no CQL2, too long or too deep."""
    return Filter(text, language, crs, parse(text, language))


def condition(text: str, source: sa.FromClause) -> sa.ColumnElement[bool]:
    """The condition that ``text`` (CQL2) says over the columns of ``source``.

    Raises :class:`InvalidRequest` for text that is not CQL2, a column that ``source`` does not
    have, a value of another kind, or a construction that is not offered.
    """
    return read_filter(text).over(source)


def _columns(source: sa.FromClause) -> dict[str, sa.ColumnElement[Any]]:
    """Fields begin with a letter; what begins otherwise is the store's own."""
    columns = {
        name: source.c[name]
        for name in source.c.keys()  # noqa: SIM118
        if name[0].isalpha() and name != "geom"
    }
    return columns | ({GEOMETRY: source.c["geom"]} if "geom" in source.c else {})


__all__ = ["GEOMETRY", "LANGUAGES", "Filter", "Language", "condition", "read_filter"]

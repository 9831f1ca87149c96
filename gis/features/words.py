"""``q``: features whose text has some words (OGC API Features, text search; Records §8)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis.errors import InvalidRequest
from gis.store.searching import search_query, search_vector, searched

if TYPE_CHECKING:
    from gis.contract import Access, Layer

LONGEST = 500
"""Characters that ``q`` may have."""
MOST = 20
"""Terms that it may have."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Words:
    """Terms of which a feature has at least one; the words of a term follow each other."""

    terms: tuple[str, ...]

    @property
    def shape(self) -> int:
        """What of them is in a statement."""
        return len(self.terms)

    def condition(
        self, source: sa.FromClause, layer: Layer, access: Access
    ) -> sa.ColumnElement[bool]:
        """Whether a row has them in the text that ``access`` may read."""
        values = self.parameters()
        terms = [sa.bindparam(name, value, type_=sa.Text) for name, value in values.items()]
        wanted = search_query(terms)
        met = [
            search_vector(fields, source.c).op("@@", return_type=sa.Boolean())(wanted)
            for fields in searched(layer, access)
        ]
        return sa.or_(sa.false(), *met)

    def parameters(self) -> dict[str, str]:
        """The values of the statement's parameters."""
        return {f"term_{number}": term for number, term in enumerate(self.terms)}


def parse_words(text: str) -> Words:
    """Read ``q``: terms separated by commas (any of them), each of words in order.

    >>> parse_words("biblioteca,punto  digital").terms
    ('biblioteca', 'punto digital')
    """
    terms = tuple(" ".join(term.split()) for term in text.split(","))
    if len(text) > LONGEST or len(terms) > MOST:
        raise _invalid(text, f"admite hasta {LONGEST} caracteres y {MOST} términos")
    if _UNPRINTABLE.search(text):
        raise _invalid(text, "tiene caracteres de control")
    if not all(any(map(str.isalnum, unicodedata.normalize("NFD", term))) for term in terms):
        raise _invalid(text, "necesita palabras: términos separados por comas, sin ninguno vacío")
    return Words(terms)


def _invalid(text: str, why: str) -> InvalidRequest:
    return InvalidRequest(f"«q» {why}", parameter="q", value=text[:LONGEST])

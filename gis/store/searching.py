"""Full text of a layer as each access class may read it, and the indexes that find words in it.

The text of a class is made of the fields that it sees and nothing else: a word of a hidden field
is not in it, so no search can tell that it is there. Words are compared without case or accents,
in Spanish (plural and singular are one word); the end of one field is never next to the start of
another. Nothing of this is stored in the row: an index on the expression serves it, one for the
fields of each class, so that no word is in two of them; who sees more classes looks in each.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gis.contract.access import Access
from gis.contract.types import Text
from gis.store.engine import driver_cursor
from gis.store.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract.fields import Field
    from gis.contract.layer import Layer

MARK = "__q_"
"""In the names of these indexes and of no other."""
SCRIPT = Path(__file__).parents[1] / "sql" / "words.sql"
_BREAK: sa.ColumnElement[str] = sa.literal_column("' zzfin '", sa.Text)
_NOTHING: sa.ColumnElement[str] = sa.literal_column("''", sa.Text)


def searched(layer: Layer, access: Access) -> list[tuple[Field, ...]]:
    """The fields whose text a class may search, those of each class apart."""
    fields = [field for field in layer.fields_for(access) if _has_words(field)]
    texts = (tuple(f for f in fields if f.access is each) for each in Access)
    return [text for text in texts if text]


def search_vector(
    fields: Iterable[Field], columns: sa.ColumnCollection[str, Any]
) -> sa.ColumnElement[Any]:
    """The words of some fields as :func:`search_query` looks for them. Only what is
    the same expression as the index's, values included, is found by it."""
    whole: sa.ColumnElement[str] = _NOTHING
    for field in fields:
        words = _words(field, columns[field.name])
        whole = whole.concat(_BREAK).concat(sa.func.coalesce(words, _NOTHING, type_=sa.Text))
    return sa.func.public.sig_words(whole, type_=postgresql.TSVECTOR)


def search_query(terms: Iterable[sa.ColumnElement[str]]) -> sa.ColumnElement[Any]:
    """Any of the terms, at least one; the words of one follow each other."""
    phrases = [sa.func.public.sig_phrase(term, type_=postgresql.TSQUERY) for term in terms]
    found: sa.ColumnElement[Any] = phrases[0]
    for phrase in phrases[1:]:
        found = found.op("||", return_type=postgresql.TSQUERY())(phrase)
    return found


def make_search_indexes(connection: sa.Connection, layers: Iterable[Layer]) -> None:
    """Make the indexes that layers ask for, one for the text of each class, and take away those
    that no declaration asks for any more."""
    _ensure_functions(connection)
    stored: dict[str, set[str]] = {}
    known = sa.table("pg_indexes", *map(sa.column, ("schemaname", "tablename", "indexname")))
    ours = sa.select(known.c.tablename, known.c.indexname).where(
        known.c.schemaname == "data", known.c.indexname.contains(MARK, autoescape=True)
    )
    for name, index in connection.execute(ours):
        stored.setdefault(name, set()).add(index)
    for layer in layers:
        _follow(connection, layer, stored.get(layer.name, set()))


def _follow(connection: sa.Connection, layer: Layer, stored: set[str]) -> None:
    texts = searched(layer, Access.RESERVADA)
    if {_name(layer, search_vector(fields, table(layer).c)) for fields in texts} == stored:
        return
    built = table(layer).to_metadata(sa.MetaData())
    vectors = [search_vector(fields, built.c) for fields in texts]
    wanted = {_name(layer, vector): vector for vector in vectors}
    for name in stored - wanted.keys():
        sa.Index(name, built.c["_fid"]).drop(connection)
    for name in wanted.keys() - stored:
        sa.Index(name, wanted[name], postgresql_using="gin", _table=built).create(connection)
    if wanted.keys() - stored:
        # How frequent a word is decides between this index and reading in order.
        quoted = postgresql.dialect().identifier_preparer.quote(layer.name)  # type: ignore[no-untyped-call]
        with driver_cursor(connection) as cursor:
            cursor.execute(" ".join(("ANALYZE", "data." + quoted)))


def _has_words(field: Field) -> bool:
    address = isinstance(field.type, Text) and field.type.format in ("uri", "email")
    return field.type.kind == "text" and not address


def _words(field: Field, column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """A value as people may look for it: a code also by its label."""
    if not field.type.codes:
        return column
    labels = [
        (column == sa.literal(code.code, sa.Text), sa.literal(f"{code.code} {code.label}", sa.Text))
        for code in field.type.codes
    ]
    return sa.case(*labels, else_=column)


def _name(layer: Layer, vector: sa.ColumnElement[Any]) -> str:
    """One per text, so that a changed declaration has another; within 63 bytes."""
    written = vector.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    digest = hashlib.blake2b(f"{layer.name}.{written}".encode(), digest_size=5).hexdigest()
    return layer.name[:45] + MARK + digest


def _ensure_functions(connection: sa.Connection) -> None:
    if connection.scalar(sa.select(sa.func.to_regproc("public.sig_words"))) is None:
        with driver_cursor(connection) as cursor:
            cursor.execute(SCRIPT.read_text(encoding="utf-8"))

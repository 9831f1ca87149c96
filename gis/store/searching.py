"""Full text of a layer as each access class may read it, and the indexes that find words in it.

The text of a class is made of the fields that it sees and nothing else: a word of a hidden field
is not in it, so no search can tell that it is there. Words are compared without case or accents,
in Spanish (plural and singular are one word); the end of one field is never next to the start of
another. As nothing of this is stored in the row, an index on the expression serves it.
"""

from __future__ import annotations

import hashlib
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
CONFIGURATION: sa.ColumnElement[Any] = sa.literal_column("'public.sig_texto'::regconfig")
MAKE_CONFIGURATION = """
CREATE TEXT SEARCH DICTIONARY public.sig_texto (TEMPLATE = pg_catalog.snowball, Language = spanish);
CREATE TEXT SEARCH CONFIGURATION public.sig_texto (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.sig_texto
    ALTER MAPPING FOR asciiword, word WITH public.sig_texto;
"""
"""Spanish stems without stop words: «la 93» is found as it is written."""
LONGEST = 200_000
"""Characters of a row that are searched: PostgreSQL refuses more than 1 MB of words."""
_BREAK: sa.ColumnElement[str] = sa.literal_column("' zzfin '", sa.Text)
_MARKS = sa.literal_column("U&'[\\0300-\\036F]'", sa.Text)
_OTHERS = sa.literal_column("'[^[:alnum:]]+'", sa.Text)
_NOTHING, _SPACE, _EVERY = (sa.literal_column(each, sa.Text) for each in ("''", "' '", "'g'"))
_FORM = sa.literal_column("NFD")


def searchable(layer: Layer, access: Access) -> tuple[Field, ...]:
    """The fields whose text a class may search: those with words that it sees."""
    return tuple(
        field
        for field in layer.fields_for(access)
        if field.type.kind == "text"
        and not (isinstance(field.type, Text) and field.type.format in ("uri", "email"))
    )


def search_vector(
    fields: Iterable[Field], columns: sa.ColumnCollection[str, Any]
) -> sa.ColumnElement[Any]:
    """The words of a row, as :func:`search_query` looks for them. Only what is the same expression
    as the index's, values included, is found by it."""
    whole: sa.ColumnElement[str] | None = None
    for field in fields:
        words = sa.func.coalesce(_words(field, columns[field.name]), _NOTHING, type_=sa.Text)
        whole = words if whole is None else whole.concat(_BREAK).concat(words)
    assert whole is not None
    cut = sa.func.left(whole, sa.literal_column(str(LONGEST)), type_=sa.Text)
    return sa.func.to_tsvector(CONFIGURATION, plain(cut), type_=postgresql.TSVECTOR)


def search_query(terms: Iterable[sa.ColumnElement[str]]) -> sa.ColumnElement[Any]:
    """Any of the terms; the words of one follow each other."""
    found: sa.ColumnElement[Any] | None = None
    for term in terms:
        one = sa.func.phraseto_tsquery(CONFIGURATION, plain(term), type_=postgresql.TSQUERY)
        found = one if found is None else found.op("||", return_type=postgresql.TSQUERY())(one)
    assert found is not None
    return found


def plain(text: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Letters and digits without accents, all else a space: «5-23» is two words, whatever
    PostgreSQL's parser would make of a sign, a slash or a dot."""
    bare = sa.func.regexp_replace(
        sa.func.normalize(text, _FORM), _MARKS, _NOTHING, _EVERY, type_=sa.Text
    )
    return sa.func.regexp_replace(bare, _OTHERS, _SPACE, _EVERY, type_=sa.Text)


def make_search_indexes(connection: sa.Connection, layers: Iterable[Layer]) -> None:
    """Make the indexes that layers ask for, one for each different text that a class reads, and
    take away those that no declaration asks for any more."""
    _ensure_configuration(connection)
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
    built = table(layer).to_metadata(sa.MetaData())
    wanted: dict[str, sa.ColumnElement[Any]] = {}
    for access in Access:
        fields = searchable(layer, access)
        if fields:
            vector = search_vector(fields, built.c)
            wanted[_name(layer, vector)] = vector
    for name in stored - wanted.keys():
        sa.Index(name, built.c["_fid"]).drop(connection)
    for name in wanted.keys() - stored:
        sa.Index(name, wanted[name], postgresql_using="gin", _table=built).create(connection)
    if wanted.keys() - stored:
        # How frequent a word is decides between this index and reading in order.
        quoted = postgresql.dialect().identifier_preparer.quote(layer.name)  # type: ignore[no-untyped-call]
        with driver_cursor(connection) as cursor:
            cursor.execute(" ".join(("ANALYZE", "data." + quoted)))


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


def _ensure_configuration(connection: sa.Connection) -> None:
    known = sa.table("pg_ts_config", sa.column("cfgname"))
    made = sa.select(known.c.cfgname).where(known.c.cfgname == "sig_texto")
    if connection.scalar(made) is None:
        with driver_cursor(connection) as cursor:
            cursor.execute(MAKE_CONFIGURATION)

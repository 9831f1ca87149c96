"""What a page of features is asked for by."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis.crs import CRS84, Crs
from gis.errors import InvalidRequest
from gis.features.sorting import After, read_key

if TYPE_CHECKING:
    from gis.contract import Access, Field, Layer
    from gis.features.boxes import Bbox
    from gis.features.jsonfg import Encoding
    from gis.features.moments import Interval
    from gis.features.sorting import Sort
    from gis.features.words import Words
    from gis.filters import Filter

DEFAULT_LIMIT = 100
MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Query:
    """A question to one layer. Empty, it asks for the first features."""

    bbox: Bbox | None = None
    interval: Interval | None = None
    equals: tuple[tuple[str, Any], ...] = ()
    """Names of visible fields and the typed value each must have."""
    filter: Filter | None = None
    words: Words | None = None
    limit: int = DEFAULT_LIMIT
    token: str = ""
    """Where the page before ended; empty for the first."""
    crs: Crs = CRS84
    sort: Sort | None = None
    properties: tuple[str, ...] = ()
    """Visible fields that the features come with; empty for all of them."""
    as_of: int | None = None
    """Changeset whose state is read; None for the current one."""
    encoding: Encoding = "rfc7946"

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than the whole layer."""
        narrowed = (self.bbox, self.interval, self.filter, self.words)
        return any(each is not None for each in narrowed) or bool(self.equals)

    @property
    def shape(self) -> tuple[Any, ...]:
        """What of the query is in its statement; the rest are the statement's parameters."""
        return (
            self.bbox and self.bbox.shape,
            self.interval and self.interval.shape,
            tuple(name for name, _ in self.equals),
            self.filter,
            self.as_of is None,
            self.properties,
            self.encoding,
            self.words and self.words.shape,
        )

    def fields(self, layer: Layer, access: Access) -> tuple[Field, ...]:
        """The fields that the features come with, as declared."""
        visible = layer.fields_for(access)
        return tuple(f for f in visible if not self.properties or f.name in self.properties)

    def digest(self, layer: Layer, access: Access) -> bytes:
        """What tells one selection of features from another; page size and CRS do not."""
        selection = (
            layer.name,
            access.value,
            self.bbox,
            self.interval,
            self.equals,
            self.as_of,
            self.filter,
            self.words,
            self.sort,
        )
        return hashlib.blake2b(repr(selection).encode(), digest_size=8).digest()


def make_token(query: Query, layer: Layer, access: Access, fid: int, key: str = "") -> str:
    """An opaque word for «what follows the feature ``fid`` in this very selection»; ``key`` is
    its value as :func:`gis.features.sorting.key_text` writes it."""
    token = fid.to_bytes(8, "big") + query.digest(layer, access) + key.encode()
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def read_token(query: Query, layer: Layer, access: Access) -> After:
    """Where the page starts. :class:`InvalidRequest` for a foreign token."""
    if not query.token:
        return After()
    try:
        token = base64.urlsafe_b64decode(query.token + "=" * (-len(query.token) % 4))
        if len(token) < 16 or token[8:16] != query.digest(layer, access) or token[0] > 127:
            raise ValueError(query.token)
        key = _read_key(query, layer, token[16:])
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidRequest(
            "«token» no es de esta consulta: siga los enlaces «next» sin cambiar los filtros",
            parameter="token",
            value=query.token,
        ) from error
    return After(int.from_bytes(token[:8], "big"), key)


def _read_key(query: Query, layer: Layer, rest: bytes) -> tuple[Any] | None:
    if query.sort is None:
        if rest:
            raise ValueError(rest)
        return None
    return (read_key(layer, query.sort, rest.decode()),)

"""Arrow arrays under the conversions: columns taken apart by kind, masked, put back in pandas."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import infer_dtype

if TYPE_CHECKING:
    from collections.abc import Callable

EXACT = 2**53
"""Beyond it a double no longer tells one whole number from the next."""
ONE_KIND = frozenset({"string", "integer", "floating", "mixed-integer-float", "boolean", "empty"})
"""What pandas calls a column of objects that Arrow may take as one kind."""
Read = tuple[Any, Any]
"""An Arrow array of values (null where invalid) and a boolean one: present but not readable."""


def to_array(values: pd.Series[Any]) -> Any | None:
    """One Arrow array, text as ``string``; None where the column mixes kinds.

    Arrow itself would read an int among dates as a count of days, and drop the time of a
    datetime among dates.
    """
    if values.dtype == object and infer_dtype(values, skipna=True) not in ONE_KIND:
        return None
    return one_kind(values)


def one_kind(values: pd.Series[Any]) -> Any | None:
    """One Arrow array of a column that holds one kind; None when Arrow cannot hold it."""
    try:
        array = pa.array(values, from_pandas=True)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError):
        return None
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        return array.cast(pa.string())
    if pa.types.is_uint64(array.type):
        return array.cast(pa.string())
    return array


def by_kind(values: pd.Series[Any], read: Callable[[Any], Read], kind: Any) -> Read:
    """Read a column of several kinds one kind at a time, each in its own place."""
    places = np.arange(len(values))
    kinds = values.map(type)
    found, invalid, order = [], [], []
    for one in kinds.unique():
        mask = (kinds == one).to_numpy()
        group = values[mask]
        array = one_kind(group)
        broken = np.zeros(len(group), dtype=bool)
        if array is None:
            spelt = group.map(str) if one is int else group
            broken = ~spelt.map(is_storable).to_numpy(dtype=bool)
            array = pa.array(spelt.where(~broken).tolist(), pa.string(), from_pandas=True)
        part, wrong = read(without_blanks(array))
        found.append(part.cast(kind))
        invalid.append(pc.or_(wrong, pa.array(broken)))
        order.append(places[mask])
    back = pa.array(np.argsort(np.concatenate(order), kind="stable"))
    return pa.concat_arrays(found).take(back), pa.concat_arrays(invalid).take(back)


def is_storable(value: object) -> bool:
    """Whether it is text that UTF-8 can hold: half a surrogate pair is not."""
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:
        return False


def without_blanks(array: Any) -> Any:
    """The array, null where a text is empty or spaces alone."""
    if not pa.types.is_string(array.type):
        return array
    return keep(array, pc.invert(pc.match_substring_regex(array, r"^\s*$")))


def keep(array: Any, mask: Any) -> Any:
    """The array, null where the mask is not true."""
    return pc.if_else(pc.fill_null(mask, False), array, pa.scalar(None, array.type))


def told(delivered: Any, found: Any) -> Read:
    """What was found, and where something was delivered that could not be read."""
    present = pc.is_valid(delivered)
    return found, pc.and_(present, pc.is_null(found))


def within(array: Any, minimum: float | None, maximum: float | None) -> Any:
    """The array, null outside the limits (inclusive)."""
    if minimum is not None:
        array = keep(array, pc.greater_equal(array, minimum))
    if maximum is not None:
        array = keep(array, pc.less_equal(array, maximum))
    return array


def each(array: Any, meaning: Callable[[str], object], kind: Any) -> Any:
    """Apply a function once to each different text of the array."""
    different = array.dictionary_encode()
    read = [None if value is None else meaning(value) for value in different.dictionary.to_pylist()]
    return pa.array(read, kind).take(different.indices)


def is_number(kind: Any) -> bool:
    """Whether an Arrow type is of numbers."""
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def whole_text(array: Any, exact: bool = True) -> Any:
    """Numbers as text: whole ones without a point, null for doubles that lost digits."""
    if not pa.types.is_floating(array.type):
        return pc.cast(array, pa.string())
    number = pc.cast(array, pa.float64())
    known = pc.less(pc.abs(number), EXACT)
    whole = pc.cast(keep(number, pc.and_(known, pc.equal(pc.floor(number), number))), pa.int64())
    written = pc.coalesce(pc.cast(whole, pa.string()), pc.cast(number, pa.string()))
    return keep(written, known) if exact else written


def as_written(array: Any, exact: bool = True) -> Any:
    """Any kind as text in NFC."""
    if pa.types.is_string(array.type):
        return pc.utf8_normalize(array, form="NFC")
    if is_number(array.type):
        return whole_text(array, exact)
    if pa.types.is_binary(array.type) or pa.types.is_nested(array.type):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_timestamp(array.type) or pa.types.is_time(array.type):
        stamps = [None if v is None else isoformat(v) for v in array.to_pylist()]
        return pa.array(stamps, pa.string())
    return pc.cast(array, pa.string())


def isoformat(value: datetime | time) -> str:
    if isinstance(value, datetime) and value.time() == time() and value.tzinfo is None:
        return value.date().isoformat()
    return value.isoformat()


def to_series(array: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    """Arrow to the pandas kinds of a conformed layer (see :mod:`gis.conform`)."""
    kinds = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(),
             pa.bool_(): pd.BooleanDtype()}  # fmt: skip
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_timestamp(array.type):
        stamps = array.to_numpy(zero_copy_only=False).astype("datetime64[us]")
        return pd.Series(stamps, index=index).dt.tz_localize("UTC")
    series = array.to_pandas(types_mapper=kinds.get, date_as_object=True)
    return pd.Series(series.array, index=index)

"""Delivered values read as declared kinds: nothing guessed, nothing lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.contract import convert
from gis.contract.codelists import Code

CODES = (Code("alta", "Amenaza alta"), Code("media", "Media"), Code("01", "Sin estudio"))
DATES = ("%Y-%m-%d", "%d/%m/%Y")


def read(result: convert.Converted) -> list[Any]:
    """Values as plain Python, «!» where one could not be read."""
    return [
        "!" if wrong else None if pd.isna(value) else value
        for value, wrong in zip(result.values, result.invalid, strict=True)
    ]


def series(*values: object) -> pd.Series[Any]:
    return pd.Series(list(values), dtype=object, index=range(2, len(values) + 2))


def test_text_keeps_leading_zeros_and_is_composed() -> None:
    assert read(convert.text(series("05001", "ñ", " a "), "", None)) == [
        "05001", "ñ", " a ",
    ]  # fmt: skip


def test_blank_text_is_null_and_never_invalid() -> None:
    for conversion in (
        convert.text(series("", "  ", None), "", None),
        convert.integer(series("", "  ", None), None, None),
        convert.date(series("", "  ", None), DATES),
        convert.coded(series("", "  ", None), CODES),
    ):
        assert read(conversion) == [None, None, None]


def test_text_outside_its_pattern_or_length_is_invalid() -> None:
    assert read(convert.text(series("73001", "5001", 5001), r"\d{5}", None)) == ["73001", "!", "!"]
    assert read(convert.text(series("abc", "abcd"), "", 3)) == ["abc", "!"]


def test_number_as_text_has_no_decimal_point_when_whole() -> None:
    assert read(convert.text(pd.Series([1.0, np.nan, 2.5]), "", None)) == ["1", None, "2.5"]


def test_double_that_lost_digits_is_not_a_code() -> None:
    assert read(convert.text(pd.Series([7.3001e21]), "", None)) == ["!"]


def test_half_a_surrogate_pair_is_invalid_and_its_neighbours_are_not() -> None:
    assert read(convert.text(series("a\ud800", "b"), "", None)) == ["!", "b"]


def test_whole_numbers_without_separators() -> None:
    found = convert.integer(series("1", "+2", " 3 ", "4.0", "1.000", "1,000", "x", "5.5"), None, 10)
    assert read(found) == [1, 2, 3, 4, "!", "!", "!", "!"]
    assert str(found.values.dtype) == "Int64"


def test_numbers_outside_their_limits_are_invalid() -> None:
    assert read(convert.integer(series("-1", "0", "11"), 0, 10)) == ["!", 0, "!"]
    assert read(convert.decimal(series("-0.1", "0"), 0, None)) == ["!", 0.0]


def test_decimal_comma_is_never_guessed() -> None:
    found = convert.decimal(series("1.5", "4,4", "1,234", "1.234,5", "-75.2", "1e3"), None, None)
    assert read(found) == [1.5, "!", "!", "!", -75.2, 1000.0]
    assert "punto decimal" in found.expected


def test_infinities_and_words_are_no_numbers() -> None:
    assert read(convert.decimal(series("inf", "nan", "NULL"), None, None)) == ["!", "!", "!"]
    assert read(convert.decimal(pd.Series([np.inf, np.nan]), None, None)) == ["!", None]


@pytest.mark.parametrize("word", ["Sí", "si", "TRUE", "Verdadero", "1"])
def test_words_for_yes(word: str) -> None:
    assert read(convert.boolean(series(word))) == [True]


def test_an_x_is_not_a_yes() -> None:
    assert read(convert.boolean(series("X", "no", 0, 1.0, 2))) == ["!", False, False, True, "!"]


def test_dates_in_the_declared_formats() -> None:
    found = convert.date(series("2024-05-03", "3/5/2024", "2024-05-03 00:00:00"), DATES)
    assert read(found) == [dt.date(2024, 5, 3)] * 3


def test_dates_that_are_not_days_are_invalid() -> None:
    found = convert.date(series("Noviembre 2022", "31/02/2024", "45000", "2024-05-03 10:00"), DATES)
    assert read(found) == ["!"] * 4
    assert found.expected == "una fecha AAAA-MM-DD o DD/MM/AAAA"


def test_date_that_two_formats_read_differently_is_invalid() -> None:
    formats = ("%d/%m/%Y", "%m/%d/%Y")
    assert read(convert.date(series("01/02/2024", "13/02/2024", "05/05/2024"), formats)) == [
        "!", dt.date(2024, 2, 13), dt.date(2024, 5, 5),
    ]  # fmt: skip


def test_excel_dates_come_typed_and_bare_serials_do_not_pass() -> None:
    found = convert.date(series(dt.datetime(2024, 5, 3), dt.date(2024, 5, 4), 45415), DATES)  # noqa: DTZ001
    assert read(found) == [dt.date(2024, 5, 3), dt.date(2024, 5, 4), "!"]


def test_a_number_among_dates_is_not_a_count_of_days() -> None:
    found = convert.date(series(dt.date(2024, 5, 4), 45415), DATES)
    assert read(found) == [dt.date(2024, 5, 4), "!"]


def test_far_dates_are_read() -> None:
    assert read(convert.date(series("9999-12-31"), DATES)) == [dt.date(9999, 12, 31)]


def test_instants_without_a_zone_are_of_the_declared_one() -> None:
    found = convert.timestamp(
        series("2024-05-03T10:00", "2024-05-03 10:00:00Z", "2024-05-03", "ayer"), "America/Bogota"
    )
    assert [str(value) for value in read(found)] == [
        "2024-05-03 15:00:00+00:00", "2024-05-03 10:00:00+00:00", "!", "!",
    ]  # fmt: skip
    assert str(found.values.dtype) == "datetime64[us, UTC]"


def test_codes_from_code_or_label_with_case_and_accents_ignored() -> None:
    found = convert.coded(series("alta", "AMENAZA ALTA", "Média", "01", 1, "otra"), CODES)
    assert read(found) == ["alta", "alta", "media", "01", "!", "!"]
    assert "alta (Amenaza alta)" in found.expected


def test_code_that_could_be_two_is_invalid() -> None:
    codes = (Code("1", "Norte"), Code("2", "norte"))
    assert read(convert.coded(series("NORTE", "1"), codes)) == ["!", "1"]


def test_a_column_of_several_kinds_is_read_value_by_value() -> None:
    values = series("7", 7, 7.0, True, dt.date(2024, 1, 1), None)
    assert read(convert.integer(values, None, None)) == [7, 7, 7, "!", "!", None]
    assert read(convert.text(values, "", None)) == ["7", "7", "7", "true", "2024-01-01", None]


@pytest.mark.parametrize("empty", [pd.Series([], dtype=object), pd.Series([None], dtype=object)])
def test_nothing_converts_to_nothing(empty: pd.Series[Any]) -> None:
    for conversion in (
        convert.text(empty, r"\d", 1), convert.integer(empty, 0, 1), convert.decimal(empty, 0, 1),
        convert.boolean(empty), convert.date(empty, DATES), convert.coded(empty, CODES),
        convert.timestamp(empty, "America/Bogota"),
    ):  # fmt: skip
        assert read(conversion) == [None] * len(empty)


@settings(deadline=None)
@given(st.lists(st.integers(-(10**17), 10**17)))
def test_integers_survive_being_written(numbers: list[int]) -> None:
    assert (
        read(convert.integer(pd.Series([str(n) for n in numbers], dtype=object), None, None))
        == numbers
    )


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_decimals_survive_being_written(numbers: list[float]) -> None:
    assert (
        read(convert.decimal(pd.Series([repr(n) for n in numbers], dtype=object), None, None))
        == numbers
    )


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.dates()))
)
def test_any_mixture_is_read_or_invalid_and_left_as_it_was(values: list[object]) -> None:
    column = pd.Series(values, dtype=object)
    before = list(column)
    for conversion in (
        convert.text(column, "", None), convert.integer(column, None, None),
        convert.decimal(column, None, None), convert.boolean(column),
        convert.date(column, DATES), convert.coded(column, CODES),
        convert.timestamp(column, "America/Bogota"),
    ):  # fmt: skip
        assert conversion.values.index.equals(column.index)
        assert conversion.values[conversion.invalid].isna().all()
    assert all(a is b for a, b in zip(before, column, strict=True))

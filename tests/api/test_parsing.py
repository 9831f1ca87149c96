"""What callers write is read right or refused, whatever it is."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.negotiation import GEOJSON, HTML, Form, choose
from gis.crs import CRS84, OUTPUT, STORAGE, Crs, by_code, parse_crs
from gis.errors import InvalidRequest, NotAcceptable
from gis.features import CIVIL_TIME, parse_bbox, parse_interval

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("crs", OUTPUT, ids=lambda crs: crs.name)
def test_crs_is_known_by_all_its_names(crs: Crs) -> None:
    code = crs.srid
    names = [
        crs.uri,
        crs.uri.replace("http:", "https:"),
        f"http://www.opengis.net/def/crs/EPSG/10.003/{code}",
        f"urn:ogc:def:crs:EPSG::{code}",
        f"[EPSG:{code}]",
        f"EPSG:{code}",
    ]
    if crs is CRS84:
        names = [crs.uri, "urn:ogc:def:crs:OGC:1.3:CRS84", "[OGC:CRS84]", "OGC:CRS84"]
    assert {parse_crs(name) for name in names} == {crs}


@given(st.text(max_size=60))
def test_any_other_text_is_no_crs(text: str) -> None:
    with pytest.raises(InvalidRequest):
        parse_crs(f"{text}#")


def test_files_take_4326_as_longitude_first() -> None:
    assert by_code(4326) is CRS84
    assert by_code(9377) is STORAGE
    with pytest.raises(InvalidRequest, match="EPSG:9377"):
        by_code(21897)


@given(st.lists(NUMBERS, min_size=0, max_size=8), st.sampled_from(OUTPUT))
def test_box_is_read_or_refused_and_never_leaves_its_area(numbers: list[float], crs: Crs) -> None:
    try:
        box = parse_bbox(",".join(map(repr, numbers)), crs)
    except InvalidRequest:
        return
    assert len(numbers) in (4, 6)
    west, south, east, north = crs.area
    for part in box.parts():
        assert west <= part[0] <= part[2] <= east
        assert south <= part[1] <= part[3] <= north
    assert all(math.isfinite(value) for value in box.parameters().values())


@given(MOMENTS, MOMENTS)
def test_interval_is_what_was_written(one: datetime, two: datetime) -> None:
    start, end = min(one, two), max(one, two)
    read = parse_interval(f"{start.isoformat()}/{end.isoformat()}")
    assert (read.start, read.end) == (start, end)
    assert parse_interval(f"{start.isoformat()}/..").end is None
    assert parse_interval(f"../{end.isoformat()}").start is None


@given(st.dates())
def test_day_is_whole_in_civil_time(day: date) -> None:
    read = parse_interval(str(day))
    assert read.start is not None
    assert read.end is not None
    assert read.start.tzinfo is CIVIL_TIME
    assert read.end - read.start == timedelta(days=1) - timedelta(microseconds=1)


@given(st.text(max_size=40))
def test_any_text_is_an_interval_or_is_refused(text: str) -> None:
    with suppress(InvalidRequest):
        read = parse_interval(text)
        assert read.start or read.end


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", GEOJSON),
        ("application/geo+json", GEOJSON),
        ("application/json", GEOJSON),
        ("application/*", GEOJSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("text/html;q=0.5, application/json", GEOJSON),
        ("text/*, application/json;q=0.1", HTML),
        ("application/*;q=0, */*", HTML),
    ],
)
def test_form_is_the_one_the_caller_likes_best(accept: str, form: Form) -> None:
    assert choose(asked(accept), GEOJSON, HTML) is form


@given(st.text(st.characters(max_codepoint=255), max_size=30))
def test_any_accept_is_understood_or_not_acceptable(accept: str) -> None:
    with suppress(NotAcceptable):
        assert choose(asked(accept), GEOJSON, HTML) in (GEOJSON, HTML)


def asked(accept: str) -> Request:
    headers = [(b"accept", accept.encode("latin-1"))]
    return Request({"type": "http", "headers": headers, "query_string": b"", "path": "/"})

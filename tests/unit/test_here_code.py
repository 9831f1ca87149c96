"""Verification codes: what they say, what they forgive, and what they never verify."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.here.code import ALPHABET, BOX, EPOCH, FARTHEST_M, LENGTH, Issued, make, read, tidy
from gis.here.finder import coordinates

KEY, OTHER = b"k" * 32, b"o" * 32
ISSUED = Issued(-75.2322, 4.4389, 33, EPOCH + timedelta(minutes=474_000))
CODE = make(KEY, 0, ISSUED)


def keys(version: int) -> bytes | None:
    return {0: KEY, 3: OTHER}.get(version)


places = st.builds(
    Issued,
    lon=st.integers(0, 1_600_000).map(lambda n: round(BOX[0] + n / 100_000, 5)),
    lat=st.integers(0, 1_900_000).map(lambda n: round(BOX[1] + n / 100_000, 5)),
    seq=st.integers(0, 2**24 - 1),
    minute=st.integers(0, 2**25 - 1).map(lambda n: EPOCH + timedelta(minutes=n)),
    doubt_m=st.integers(0, FARTHEST_M),
)


@given(places)
def test_a_code_gives_back_what_was_put_into_it(issued: Issued) -> None:
    code = make(KEY, 0, issued)
    assert len(tidy(code)) == LENGTH
    assert read(code, keys) == issued


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", " "),
        CODE.replace("-", ""),
        f"  {CODE}\n",
        CODE.replace("0", "O").replace("1", "I"),
        CODE.replace("0", "o").replace("1", "l"),
        CODE.replace("-", "–"),
    ],
)
def test_a_code_may_be_typed_as_people_do(typed: str) -> None:
    assert read(typed, keys) == ISSUED


@given(st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_letter_changed_verifies_nothing(at: int, letter: str) -> None:
    letters = tidy(CODE)
    changed = letters[:at] + letter + letters[at + 1 :]
    assert read(changed, keys) == (ISSUED if changed == letters else None)


@given(st.text(max_size=60))
def test_any_text_is_only_text(text: str) -> None:
    assert read(text, keys) is None


def test_another_key_or_version_verifies_nothing() -> None:
    assert read(make(OTHER, 0, ISSUED), keys) is None
    assert read(make(KEY, 3, ISSUED), keys) is None
    assert read(make(KEY, 5, ISSUED), keys) is None
    assert read(make(OTHER, 3, ISSUED), keys) == ISSUED


def test_what_no_code_can_name_has_none() -> None:
    assert make(KEY, 0, Issued(2.35, 48.85, 1, EPOCH)) == ""
    assert make(KEY, 0, Issued(-75, 4, 2**24, EPOCH)) == ""
    assert make(KEY, 0, Issued(-75, 4, 1, EPOCH - timedelta(minutes=1))) == ""


@pytest.mark.parametrize(
    "text", ["4.4389, -75.2322", "4,4389 -75,2322", "-75.2322; 4.4389", " 4.4389°, -75.2322° "]
)
def test_coordinates_are_read_however_they_come(text: str) -> None:
    found = coordinates(text)
    assert found is not None
    assert (found.lat, found.lon) == (4.4389, -75.2322)


@pytest.mark.parametrize("text", ["Cra 5 # 37-20", "5", "4.4389", "999, 999", "4.4,-75.2,7", ""])
def test_other_text_is_no_coordinates(text: str) -> None:
    assert coordinates(text) is None

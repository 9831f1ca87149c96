"""The published table of written forms, and another reader of plates as an independent judge."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from geographicol import parse as judge
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.address import (
    Address,
    Along,
    Between,
    Block,
    Crossing,
    Kilometre,
    Named,
    Plate,
    Quadrant,
    Way,
    WayKind,
)
from gis.geocode.grammar import read
from gis.geocode.vocabulary import LOOSE_LETTERS

TABLE = Path(__file__).parents[1] / "data" / "direcciones.csv"
FORMS = {
    Plate: "placa", Crossing: "cruce", Between: "cuadra", Along: "via", Block: "manzana",
    Kilometre: "kilometro", Named: "lugar",
}  # fmt: skip
PRECISION = 0.96
"""Share of the table that is read as it should. What fails is in the table on purpose."""


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_right(row: dict[str, str]) -> bool:
    address = read(row["escrita"]).address
    form = "ninguna" if address is None else FORMS[type(address.form)]
    return (str(address or ""), form) == (row["lectura"], row["forma"])


def test_the_published_table_is_read_as_it_says() -> None:
    listed = rows()
    assert len(listed) >= 300
    wrong = [row["escrita"] for row in listed if not is_right(row)]
    assert 1 - len(wrong) / len(listed) >= PRECISION, wrong


def test_the_table_has_every_form_in_number() -> None:
    counts = Counter(row["forma"] for row in rows())
    assert counts["placa"] >= 100
    assert min(counts[form] for form in FORMS.values()) >= 15


def test_expected_readings_are_normal_forms() -> None:
    """The right column is itself read as what it says."""
    unlike = [
        row["lectura"]
        for row in rows()
        if row["lectura"] and str(read(row["lectura"]).address) != row["lectura"]
    ]
    assert not unlike


def sides(text: str | None) -> Quadrant | None:
    return Quadrant(text) if text else None


def judged(text: str) -> tuple[object, ...]:
    """The plate that the other reader sees, as ours has it."""
    found = judge(text)
    kind = WayKind(found.street_type) if found.street_type in set(WayKind) else None
    number = (found.street_number, found.street_letter or "", sides(found.street_quadrant))
    cross = (found.cross_number, found.cross_letter or "", sides(found.cross_quadrant))
    return kind, *number, *cross, found.plate_number


def ours(text: str) -> tuple[object, ...]:
    found = read(text).address
    assert found is not None
    assert isinstance(found.form, Plate)
    main, cross = found.form.main, found.form.cross
    return (
        main.kind, main.number, main.suffix, main.quadrant, cross.number, cross.suffix,
        cross.quadrant or found.form.quadrant, found.form.number,
    )  # fmt: skip


ways = st.builds(
    Way,
    st.sampled_from([WayKind.CALLE, WayKind.CARRERA, WayKind.DIAGONAL, WayKind.TRANSVERSAL]),
    st.integers(1, 199),
    st.sampled_from(["", "BIS", *sorted(LOOSE_LETTERS - {"A", "K", "M", "L", "P"})]),
    st.one_of(st.none(), st.sampled_from([Quadrant.SUR, Quadrant.ESTE])),
)


@given(ways, ways, st.integers(1, 199))
def test_plates_are_read_as_another_reader_does(main: Way, cross: Way, number: int) -> None:
    """``geographicol`` (IGAC, DIAN) and we agree on every plate in normal form."""
    text = str(Address(Plate(main, Way(None, cross.number, cross.suffix, cross.quadrant), number)))
    assert ours(text) == judged(text)


@pytest.mark.parametrize(
    "row", [r for r in rows() if r["forma"] == "placa" and "," not in r["lectura"]],
    ids=lambda row: row["escrita"],
)  # fmt: skip
def test_where_the_other_reader_is_sure_we_agree(row: dict[str, str]) -> None:
    found = judge(row["escrita"])
    damaged = "?" in row["escrita"]
    if (
        damaged
        or found.confidence < 1
        or found.street_name
        or found.complements
        or not is_right(row)
    ):
        return
    trailing = " SUR" if row["lectura"].endswith(" SUR") else ""
    if not trailing:  # It gives the side after a plate to one of the streets; we to neither.
        assert ours(row["escrita"]) == judged(row["escrita"])

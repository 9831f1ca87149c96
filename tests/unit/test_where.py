"""The filter over a file's own columns: CQL2 text, walked and never evaluated."""

from __future__ import annotations

import pandas as pd
import pytest

from gis.errors import InvalidRequest
from gis.sources.where import keep

TABLE = pd.DataFrame(
    {
        "COD_MPIO": ["73001", "25001", None, ""],
        "ALTITUD": [100, 1500, None, 3000],
        "Nombre Zona": ["Álamo", "beta", "BETA", None],
        "texto": ["1", "20", "x", None],
        "fecha": ["2020-01-01", "2021-01-01", None, None],
    },
    index=[2, 3, 4, 6],
)


def rows(where: str) -> list[int]:
    return list(TABLE.index[keep(TABLE, where)])


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("COD_MPIO = '73001'", [2]),
        ("cod_mpio = 73001", [2]),
        ("COD_MPIO <> '73001'", [3]),
        ("NOT COD_MPIO = '73001'", [3]),
        ("COD_MPIO IS NULL", [4, 6]),
        ("COD_MPIO IS NOT NULL", [2, 3]),
        ("COD_MPIO IN ('73001', '25001')", [2, 3]),
        ("COD_MPIO NOT IN ('73001')", [3]),
        ("ALTITUD > 1000", [3, 6]),
        ("ALTITUD BETWEEN 100 AND 1500", [2, 3]),
        ("ALTITUD * 2 = 200", [2]),
        ("texto > 3", [3]),
        ("\"Nombre Zona\" LIKE '%lamo'", [2]),
        ("casei(\"Nombre Zona\") = casei('Beta')", [3, 4]),
        ("accenti(\"Nombre Zona\") = accenti('alamo')", [2]),
        ("fecha >= DATE('2020-06-01')", [3]),
        ("(ALTITUD = 100 OR ALTITUD = 1500) AND COD_MPIO = '73001'", [2]),
        ("'texto con AND y OR' = 'x' OR ALTITUD = 100", [2]),
    ],
)
def test_rows_that_the_filter_keeps(where: str, expected: list[int]) -> None:
    assert rows(where) == expected


def test_names_of_one_letter_or_with_accents_need_no_quotes() -> None:
    table = pd.DataFrame({"u": [1, 2], "AÑO": [2020, 2021]})
    assert keep(table, "u = 2 AND AÑO > 2020").tolist() == [False, True]
    assert keep(table, "u = 1 AND 'ñ' = 'ñ'").tolist() == [True, False]


def test_missing_column_suggests_a_near_one() -> None:
    with pytest.raises(InvalidRequest, match=r"«COD_MUNI».*¿Quiso decir «COD_MPIO»"):
        rows("COD_MUNI = '73001'")


@pytest.mark.parametrize(
    "where",
    [
        "ALTITUD >",
        "S_INTERSECTS(geometry, POINT(1 2))",
        "__import__('os').system('true') = 1",
        "ALTITUD = 1 OR ALTITUD = 2 AND COD_MPIO = 'x'",
        "ALTITUD=1 ORALTITUD=2 AND COD_MPIO='x'",
        "COD_MPIO='x'OR ALTITUD = 2 AND ALTITUD = 3",
        "system('ls') = 1",
    ],
)
def test_what_is_not_understood_is_a_bad_request(where: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        rows(where)
    assert caught.value.context["parameter"] == "where"


def test_the_table_is_left_as_it_was() -> None:
    before = TABLE.copy()
    rows("ALTITUD > 1 AND COD_MPIO = '73001'")
    pd.testing.assert_frame_equal(TABLE, before)

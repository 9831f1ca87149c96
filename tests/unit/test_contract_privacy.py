"""The rule that keeps a holder's name out of a public one."""

from __future__ import annotations

import pandas as pd
import pytest

from gis.contract import NamesNoPerson
from gis.findings import Severity

RULE = NamesNoPerson("nombre", holder="titular", kind="persona")


class Nothing:
    """A store without features."""

    def features(self, layer: str) -> None:
        return None


def rows(name: str | None, holder: str | None, kind: str | None = "natural") -> pd.DataFrame:
    return pd.DataFrame(
        {"nombre": [name], "titular": [holder], "persona": [kind]}, index=pd.Index([7], name="row")
    )


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("Restaurante José Pérez", "PEREZ GOMEZ JOSE"),
        ("Peluquería Cleopatra", "Cleopatra"),
        ("ANA  MARIA RUIZ", "Ana María Ruiz"),
    ],
)
def test_a_name_that_gives_its_holder_away_stops_the_row(name: str, holder: str) -> None:
    (finding,) = RULE.check(rows(name, holder), Nothing())
    assert (finding.rule, finding.row, finding.field) == ("names-a-person", 7, "nombre")
    assert finding.severity is Severity.BLOCKING
    assert finding.value is None
    assert holder not in finding.message


@pytest.mark.parametrize(
    ("name", "holder", "kind"),
    [
        ("Restaurante El Fogón", "Ana María Ruiz", "natural"),
        ("Tienda Ana", "Ana María Ruiz", "natural"),
        ("Ana Ruiz", "Ana Ruiz", "juridica"),
        ("Ana Ruiz", "Ana Ruiz", None),
        (None, "Ana Ruiz", "natural"),
        ("Ana Ruiz", None, "natural"),
    ],
)
def test_other_names_pass(name: str | None, holder: str | None, kind: str | None) -> None:
    assert list(RULE.check(rows(name, holder, kind), Nothing())) == []

"""A file of ours that says it demonstrates is believed when it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from gis.demonstration import COLUMN, NOTICE, says_so
from publishers.metadata import DEMONSTRATION

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("notice", [NOTICE, DEMONSTRATION])
def test_every_notice_of_ours_is_recognised_in_a_column(notice: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"codigo": ["1", "2"], COLUMN: [None, notice]})
    assert says_so(table, tmp_path / "a.csv")
    assert not says_so(table.assign(**{COLUMN: "Cerrado por obras"}), tmp_path / "a.csv")


@pytest.mark.parametrize("place", ["head", "tail"])
def test_every_notice_of_ours_is_recognised_around_geojson_features(
    place: str, tmp_path: Path
) -> None:
    features = '"features":[' + " " * 20_000 + "]"
    notice = f'"aviso":"{NOTICE}"'
    members = (notice, features) if place == "head" else (features, notice)
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"FeatureCollection",' + ",".join(members) + "}", encoding="utf-8")
    assert says_so(pd.DataFrame({"codigo": []}), path)
    path.write_text('{"type":"FeatureCollection",' + features + "}", encoding="utf-8")
    assert not says_so(pd.DataFrame({"codigo": []}), path)

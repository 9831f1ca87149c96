"""Levels that mean more or less danger are told apart without telling colours apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis.contract.catalog import Catalog

# Machado, Oliveira and Fernandes (2009), severity 1.0, over linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ @ np.ones(3)


def linear(color: str) -> NDArray[np.float64]:
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    ratios = (TO_XYZ @ np.clip(rgb, 0, 1)) / WHITE
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(
    ("layer", "field"),
    [
        ("zonas_amenaza", "nivel"),
        ("zonas_vulnerabilidad", "nivel"),
        ("zonas_riesgo", "nivel"),
        ("inspecciones_sanitarias", "concepto"),
        ("siniestros_viales", "gravedad"),
    ],
)
def test_levels_differ_for_every_sight(
    catalog: Catalog, layer: str, field: str, sight: str
) -> None:
    colors = [code.color for code in catalog.layer(layer).field(field).type.codes]
    for first, second in combinations(colors, 2):
        seen = [lab(SIGHTS[sight] @ linear(color)) for color in (first, second)]
        assert np.linalg.norm(seen[0] - seen[1]) > 25, (first, second)


@pytest.mark.parametrize("layer", ["zonas_amenaza", "zonas_vulnerabilidad", "zonas_riesgo"])
def test_danger_is_hatched_and_darker_the_graver(catalog: Catalog, layer: str) -> None:
    style = catalog.layer(layer).style
    assert style.symbol.hatch
    lightness = [lab(linear(c.color))[0] for c in catalog.layer(layer).field("nivel").type.codes]
    assert lightness == sorted(lightness)

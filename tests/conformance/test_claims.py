"""Every class that the service claims has its proof, and nothing is proved that it does not."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from api.conformance import CLASSES
from tests.conformance.proving import PROVED, get

if TYPE_CHECKING:
    import httpx

HERE = Path(__file__).parent


def test_every_class_claimed_has_its_proof(client: httpx.Client) -> None:
    for module in sorted(HERE.glob("test_*.py")):
        importlib.import_module(f"tests.conformance.{module.stem}")
    importlib.import_module("tests.api.test_conformance")
    assert get(client, "/api/conformance")["conformsTo"] == list(CLASSES)
    assert set(CLASSES) == set(PROVED)

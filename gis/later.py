"""Modules that are loaded when something of them is first used.

pandas, geopandas, pyarrow, GDAL and what judges deliveries take 140 MB and a second. Every process
of a server would carry them for the few that ever read a delivery or write a GeoPackage.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module. Type checkers are shown the true one::

    if TYPE_CHECKING:
        import pandas as pd
    else:
        pd = Later("pandas")
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, word: str) -> Any:
        return getattr(import_module(self._name), word)

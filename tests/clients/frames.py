"""A program with GeoPandas: reads what it is told and prints each feature as a line of JSON.

Run in a process of its own: GDAL keeps Python's lock while it reads, and the server of these tests
is a thread. ``frames.py`` [{"source", "layer", "options"}]: an empty line ends each.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import geopandas as gpd
import pandas as pd


def main() -> None:
    for asked in json.loads(sys.argv[1]):
        if asked["source"].endswith(".parquet"):
            frame: Any = read_parquet(asked["source"])
        else:
            frame = gpd.read_file(asked["source"], **options(**asked.get("options", {})))
        print(json.dumps(described(frame)))  # noqa: T201
        for values in frame.to_dict("records"):
            print(json.dumps(row(values), default=str))  # noqa: T201
        print()  # noqa: T201


def options(bbox: Any = None, **others: Any) -> dict[str, Any]:
    return {"bbox": bbox and tuple(bbox), **others}


def read_parquet(path: str) -> Any:
    try:
        return gpd.read_parquet(path)
    except ValueError:  # A table.
        return pd.read_parquet(path)


def described(frame: Any) -> dict[str, Any]:
    """Its EPSG code, CRS84 being that of the same numbers in this order, and its columns' types."""
    crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    code = crs and (4326 if crs.equals("OGC:CRS84") else crs.to_epsg())
    return {"crs": code, "dtypes": {n: str(t) for n, t in frame.dtypes.items()}}


def row(values: dict[Any, Any]) -> dict[str, Any]:
    shape = values.pop("geometry", None)
    shape = values.pop("geom", shape)
    box = None if shape is None or shape.is_empty else shape.bounds
    return {"values": {n: v for n, v in values.items() if pd.notna(v)}, "box": box}


if __name__ == "__main__":
    main()

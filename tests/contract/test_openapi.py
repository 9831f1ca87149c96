"""The OpenAPI document of the shipped layers, against what OpenAPI 3.0 lets a schema be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.openapi import describe
from gis.contract import PUBLICA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.contract.catalog import Catalog


def test_schemas_are_those_of_openapi_3_0(catalog: Catalog) -> None:
    """``type`` is one word there, also in what processes answer (18-062r2, schema.yaml)."""
    document = describe(catalog, lambda layer: PUBLICA, "http://127.0.0.1")
    types = [schema["type"] for schema in walked(document) if "type" in schema]
    assert [each for each in types if isinstance(each, list)] == []


def walked(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from walked(each)

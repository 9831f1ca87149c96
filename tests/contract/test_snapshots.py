"""Each declaration as JSON, whole: a change of a contract is reviewed as a change of data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gis.contract.document import document

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis.contract.catalog import Catalog


def test_declarations_are_the_reviewed_ones(
    catalog: Catalog, expect: Callable[[str, str], None]
) -> None:
    for layer in catalog:
        text = json.dumps(document(layer), ensure_ascii=False, indent=1) + "\n"
        expect(f"layers/{layer.name}.json", text)

"""JSON as we serve and store it."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def dump(document: Json) -> bytes:
    """JSON as it is served and stored: UTF-8, two spaces, order of the document."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()

"""A declaration as plain JSON values, whole: for people to review, and to tell two apart."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gis.contract.layer import Layer


def document(value: Any) -> Any:
    """``value`` as JSON-ready values. A dataclass is an object with its class as ``kind``; a
    function is its name; an enumeration its ISO or legal code."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: document(getattr(value, field.name)) for field in fields(value)}
        return {"kind": type(value).__name__, **parts}
    if isinstance(value, Enum):
        code = value.value
        return code[0] if isinstance(code, tuple) else code
    if isinstance(value, dict):
        return {str(key): document(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [
            document(item)
            for item in (sorted(value) if isinstance(value, set | frozenset) else value)
        ]
    if isinstance(value, Path):
        return value.name
    if callable(value):
        return getattr(value, "__qualname__", type(value).__name__)
    return value


def fingerprint(layer: Layer) -> str:
    """SHA-256 in hex of the whole declaration: equal if and only if nothing in it changed."""
    text = json.dumps(document(layer), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

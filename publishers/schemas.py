"""Checking ISO 19139 with the official schemas that the wheel of pycsw carries.

They come with the CSW service's environment (``scripts/setup``): gmd of 2007-04-17 as maintained
since 2012, with GML 3.2.1. Nothing is fetched from anywhere while checking.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parents[1]
GMD = "pycsw/plugins/profiles/apiso/schemas/ogc/iso/19139/20070417/gmd/gmd.xsd"
WHERE = ".venv-csw/lib/python3*/site-packages"


def gmd_path() -> Path | None:
    """File of the schema; None when the environment that carries it was not set up."""
    return next(iter(sorted(ROOT.glob(f"{WHERE}/{GMD}"))), None)


def faults(document: bytes) -> list[str] | None:
    """What the schema refuses of an ISO 19139 document; None when it is not at hand."""
    schema = _schema()
    if schema is None:
        return None
    if schema.validate(etree.fromstring(document)):
        return []
    return str(schema.error_log).splitlines()


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema | None:
    """Compiled once in a process: it takes half a second."""
    path = gmd_path()
    return None if path is None else etree.XMLSchema(etree.parse(path))

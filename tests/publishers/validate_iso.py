"""Validates XML documents given as a JSON list with ISO/TC 211's schemas; prints the verdicts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lxml import etree

PLACES = {
    "mds": ("http://standards.iso.org/iso/19115/-3/mds/2.0", "19115/-3/mds/2.0/mds.xsd"),
    "gfc": ("http://standards.iso.org/iso/19110/gfc/1.1", "19110/gfc/1.1/gfc.xsd"),
    "mdq": ("http://standards.iso.org/iso/19157/-2/mdq/1.0", "19157/-2/mdq/1.0/mdq.xsd"),
}


def main(folder: str, form: str) -> None:
    """``gfc`` and ``mdq`` alone know only the abstract citation: ``mds`` brings the current one."""
    root = Path(folder, "schemas.isotc211.org")
    imports = "".join(
        f'<import namespace="{space}" schemaLocation="{root / file}"/>'
        for space, file in dict.fromkeys((PLACES["mds"], PLACES[form]))
    )
    text = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'
    schema = etree.XMLSchema(etree.fromstring(text))
    documents = [etree.fromstring(document) for document in json.load(sys.stdin)]
    json.dump([schema.validate(document) for document in documents], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

"""Order and obligation of children in ISO's XML, so that records are checked without the schemas.

``tests/expected/iso_content_models.json`` was read from the official schemas of ISO/TC 211 by this
module (``python -m tests.publishers.content_models SCHEMAS``): the elements our records use only.
Where the schemas lie beside the project they validate too, and must give this same file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lxml import etree

FILE = Path(__file__).parents[1] / "expected" / "iso_content_models.json"
XS = "{http://www.w3.org/2001/XMLSchema}"
Models = dict[str, list[list[Any]]]
"""Element → its children in order: name, whether it must be there, whether it may be repeated."""


def wrong(root: etree._Element, models: Models) -> list[str]:
    """What in the document is out of order, unknown, repeated or missing."""
    return [fault for element in root.iter(etree.Element) for fault in _wrong(element, models)]


def _wrong(element: etree._Element, models: Models) -> list[str]:
    model = models.get(str(element.tag))
    if model is None:
        return [] if not len(element) else [f"{element.tag}: no model"]
    names = [name for name, _, _ in model]
    children = [str(child.tag) for child in element]
    faults = [f"{element.tag}: {name} unknown" for name in children if name not in names]
    places = [names.index(name) for name in children if name in names]
    if places != sorted(places):
        faults.append(f"{element.tag}: children out of order")
    for name, needed, many in model:
        if needed and name not in children:
            faults.append(f"{element.tag}: {name} missing")
        if not many and children.count(name) > 1:
            faults.append(f"{element.tag}: {name} repeated")
    return faults


def schemas() -> Path | None:
    """Folder of the official schemas where they lie beside the project."""
    found = (folder / "shared" / "schemas" for folder in Path(__file__).parents)
    return next((folder for folder in found if folder.is_dir()), None)


class Reader:
    """The content models of the types and elements of a folder of schemas."""

    def __init__(self, folder: Path) -> None:
        self._types: dict[str, tuple[etree._Element, str]] = {}
        self._elements: dict[str, tuple[etree._Element, str]] = {}
        wanted = ("19115/-3/*/*/*.xsd", "19157/-2/mdq/*/*.xsd", "19110/gfc/1.1/*.xsd",
                  "19110/fcc/1.0/*.xsd")  # fmt: skip
        for pattern in wanted:
            for path in sorted((folder / "schemas.isotc211.org").glob(pattern)):
                self._read(path)

    def _read(self, path: Path) -> None:
        root = etree.parse(path).getroot()
        target = root.get("targetNamespace")
        for child in root:
            if child.tag in (XS + "complexType", XS + "element"):
                known = self._types if child.tag == XS + "complexType" else self._elements
                known.setdefault(f"{{{target}}}{child.get('name')}", (child, str(target)))

    def model(self, tag: str) -> list[list[Any]] | None:
        """Children of a global element, None when the schemas do not describe it here."""
        if tag not in self._elements:
            return None
        element, _ = self._elements[tag]
        kind = element.get("type")
        return self._children(self._name(element, kind)) if kind else None

    def _children(self, name: str) -> list[list[Any]] | None:
        if name not in self._types:
            return None
        found: list[list[Any]] = []
        for node, target in self._particles(name):
            tag = f"{{{target}}}{node.get('name')}" if node.get("name") else None
            if tag is not None:
                many = node.get("maxOccurs", "1") != "1"
                chosen = next(node.iterancestors(XS + "choice"), None) is not None
                needed = node.get("minOccurs", "1") != "0" and not chosen
                found.append([tag, needed, many])
        return found or None

    def _particles(self, name: str) -> list[tuple[etree._Element, str]]:
        node, target = self._types[name]
        extension = node.find(f".//{XS}extension")
        before: list[tuple[etree._Element, str]] = []
        if extension is not None:
            base = self._name(extension, extension.get("base"))
            before = self._particles(base) if base in self._types else []
        own = [(e, target) for e in node.iterfind(f".//{XS}element")]
        return before + own

    @staticmethod
    def _name(node: etree._Element, name: str | None) -> str:
        prefix, _, local = str(name).rpartition(":")
        return f"{{{node.nsmap.get(prefix or None)}}}{local}"


def read(folder: Path, documents: list[etree._Element]) -> Models:
    """Models of every element of ``documents`` that has children named by its type."""
    reader, models = Reader(folder), {}
    for document in documents:
        for element in document.iter(etree.Element):
            tag = str(element.tag)
            model = reader.model(tag)
            if model is not None:
                models[tag] = model
            elif len(element):
                # A property: what it may hold is one object, whichever fits its type.
                held = models.setdefault(tag, [])
                for child in element:
                    if all(child.tag != name for name, _, _ in held):
                        held.append([str(child.tag), False, False])
    return dict(sorted(models.items()))


def main(folder: str) -> None:
    from tests.publishers.test_iso import documents

    text = json.dumps(read(Path(folder), documents()), indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

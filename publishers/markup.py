"""Writing ISO's XML: chains of elements, texts and codes, in the namespaces of one encoding.

Order inside each parent is that of the schemas and is mandatory: documents are written in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from publishers import codelists

if TYPE_CHECKING:
    from collections.abc import Mapping

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Markup:
    """One encoding: its namespaces by prefix, and where its code lists are."""

    namespaces: Mapping[str, str]
    codelists: str

    def root(self, name: str) -> Element:
        """A first element, which declares every namespace."""
        return etree.Element(self.tag(name), nsmap=dict(self.namespaces))

    def add(self, parent: Element, path: str, text: str = "") -> Element:
        """Append the chain ``gmd:a/gmd:b`` of ``path``; its last element, holding ``text``."""
        for name in path.split("/"):
            parent = etree.SubElement(parent, self.tag(name))
        if text:
            parent.text = text
        return parent

    def text(self, parent: Element, path: str, text: str) -> Element:
        """A ``gco:CharacterString`` below ``path``."""
        return self.add(parent, f"{path}/gco:CharacterString", text)

    def code(self, parent: Element, path: str, codelist: str, value: str) -> None:
        """A value of a code list (``mcc:MD_ScopeCode``) below ``path``; KeyError when not in it."""
        name = codelist.split(":")[1]
        code = self.add(parent, f"{path}/{codelist}", codelists.check(name, value))
        code.set("codeList", f"{self.codelists}#{name}")
        code.set("codeListValue", value)

    def tag(self, name: str) -> str:
        """``prefix:local`` as lxml names it."""
        prefix, local = name.split(":")
        return f"{{{self.namespaces[prefix]}}}{local}"


def written(root: Element) -> bytes:
    """The document in UTF-8, the same bytes for the same tree."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

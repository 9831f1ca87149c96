"""The feature catalogue (ISO 19110, NTC 5661) of a dataset, in XML (``gfc`` 1.1).

Only what is published is catalogued. The national catalogue of objects (CNOG) gives no code that
could be derived for municipal themes: none is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishers.iso_parts import XML, locale, party
from publishers.markup import Element, written
from publishers.metadata import iso_day

if TYPE_CHECKING:
    from publishers.metadata import Record, Variable

TYPES = {
    "text": "CharacterString",
    "integer": "Integer",
    "number": "Real",
    "boolean": "Boolean",
    "date": "Date",
    "timestamp": "DateTime",
}
GEOMETRY = "geom"
"""Name under which the catalogue lists the geometry."""


def write(record: Record) -> bytes:
    """The catalogue as an XML document in UTF-8."""
    root = XML.root("gfc:FC_FeatureCatalogue")
    root.set("id", "catalogo")
    XML.text(root, "cat:name", f"Catálogo de objetos: {record.shown_title}")
    XML.text(root, "cat:scope", record.statement)
    XML.text(root, "cat:fieldOfApplication", record.category)
    XML.text(root, "cat:versionNumber", str(record.changeset))
    XML.add(root, "cat:versionDate/gco:Date", iso_day(record.modified))
    XML.text(root, "cat:language", "spa")
    XML.code(root, "cat:characterSet", "lan:MD_CharacterSetCode", "utf8")
    locale(root, "cat:locale")
    party(root, "gfc:producer", record.contact, "pointOfContact")
    identifier = XML.add(root, "gfc:identifier/mcc:MD_Identifier")
    XML.text(identifier, "mcc:code", f"{record.identifier}/catalogo")
    _feature_type(XML.add(root, "gfc:featureType/gfc:FC_FeatureType"), record)
    return written(root)


def _feature_type(feature: Element, record: Record) -> None:
    feature.set("id", record.layer)
    XML.add(feature, "gfc:typeName", record.layer)
    XML.text(feature, "gfc:definition", record.abstract)
    XML.text(feature, "gfc:code", record.layer)
    XML.add(feature, "gfc:isAbstract/gco:Boolean", "false")
    XML.add(feature, "gfc:aliases", record.short_title)
    for variable in record.variables:
        _attribute(feature, variable)
    if record.geometry_type:
        shape = XML.add(feature, "gfc:carrierOfCharacteristics/gfc:FC_FeatureAttribute")
        XML.add(shape, "gfc:memberName", GEOMETRY)
        XML.text(shape, "gfc:definition", "Geometría, en MAGNA-SIRGAS / Origen Nacional")
        XML.text(shape, "gfc:cardinality", "0..1" if record.without_geometry else "1")
        kind = XML.add(shape, "gfc:valueType/gco:TypeName")
        XML.text(kind, "gco:aName", f"GM_{record.geometry_type}")
    XML.add(feature, "gfc:featureCatalogue").set("uuidref", record.identifier)


def _attribute(feature: Element, variable: Variable) -> None:
    attribute = XML.add(feature, "gfc:carrierOfCharacteristics/gfc:FC_FeatureAttribute")
    XML.add(attribute, "gfc:memberName", variable.name)
    XML.text(attribute, "gfc:definition", variable.definition)
    XML.text(attribute, "gfc:cardinality", "1" if variable.required else "0..1")
    XML.text(attribute, "gfc:designation", variable.label)
    XML.text(attribute, "gfc:code", variable.name)
    if variable.unit:
        XML.add(attribute, "gfc:valueMeasurementUnit/gco:UomIdentifier", variable.unit)
    kind = XML.add(attribute, "gfc:valueType/gco:TypeName")
    XML.text(kind, "gco:aName", TYPES[variable.kind])
    for code, label, definition in variable.codes:
        listed = XML.add(attribute, "gfc:listedValue/gfc:FC_ListedValue")
        XML.text(listed, "gfc:label", label)
        XML.text(listed, "gfc:code", code)
        if definition:
            XML.text(listed, "gfc:definition", definition)

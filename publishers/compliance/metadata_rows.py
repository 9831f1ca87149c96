"""Rows that are proved by the documents, set against the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from gis.contract.metadata import OPEN_LICENCES
from publishers import iso19131
from publishers.compliance.profile import lacking, texts
from publishers.compliance.verdict import Verdict, failed, judged, not_applicable, unproved
from publishers.documents import ISO_19110, ISO_19115, ISO_19139, ISO_19157
from publishers.iso_parts import CRS84_URI, CRS_URI
from publishers.metadata import CRS84

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publishers.compliance.evidence import Evidence

CLOSE_DEGREES = 1e-6
SIDES = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
DEMANDED = {"": ("4", "en-cuarentena", "10"), "surface": ("26", "27"), "domain": ("18",)}
BLOCKING = ("4", "18", "20", "26", "27")
"""Measures that must be zero to publish."""


def reference_systems(e: Evidence) -> Verdict:
    """Row 2. The master record lists the system of every file."""
    if not e.record.geometry_type:
        return not_applicable("El conjunto es una tabla, sin geometría")
    wanted = {CRS84_URI if code == CRS84 else CRS_URI.format(code) for code in e.record.crs}
    listed = set(_texts(e, ISO_19115, "mdb:referenceSystemInfo//gcx:Anchor/@xlink:href"))
    faults = [f"falta {uri}" for uri in sorted(wanted - listed)]
    if not wanted:
        faults.append("ningún archivo dice su sistema")
    codes = ", ".join(f"EPSG:{code}" if code != CRS84 else "CRS84" for code in e.record.crs)
    return judged(faults, f"el registro lista {codes}")


def valid_metadata(e: Evidence) -> Verdict:
    """Row 3. Complete by the profile; its ISO 19139 twin valid by the official schemas."""
    if ISO_19115 not in e.documents:
        return failed("No hay registro ISO 19115-3")
    absent, asked = lacking(e.documents[ISO_19115], e.record)
    if absent:
        score = f"{(asked - len(absent)) / asked:.0%}"
        return failed(f"perfil al {score}: falta {', '.join(absent)}")
    if e.schema_faults is None:
        return unproved("Perfil al 100 %; los esquemas de ISO 19139 no están instalados aquí")
    return judged(list(e.schema_faults), f"perfil al 100 % ({asked} elementos); ISO 19139 válido")


def computed(e: Evidence) -> Verdict:
    """Row 4. What the metadata say of size, place and time is what the files hold."""
    faults = []
    counts = {"CSV": e.table.rows} if e.table else {}
    if e.shapes is not None:
        counts |= {"GeoJSON": e.shapes.features, "GeoPackage": e.shapes.package_features}
    for name, count in counts.items():
        if count != e.record.feature_count:
            faults.append(f"el {name} tiene {count} elementos y el registro dice "
                          f"{e.record.feature_count}")  # fmt: skip
    faults += _box_faults(e)
    if (e.record.modified, e.record.issued) > (e.now, e.now):
        faults.append("hay fechas en el futuro")
    days = _texts(e, ISO_19115, "mdb:dateInfo[.//@codeListValue='revision']//gco:DateTime/text()")
    if not days or not days[0].startswith(e.record.modified.strftime("%Y-%m-%dT%H:%M:%S")):
        faults.append("la fecha de revisión no es la del último cambio")
    told = f"{e.record.feature_count} elementos"
    return judged(faults, f"{told}, extensión y fechas recalculadas de los archivos")


def catalogue(e: Evidence) -> Verdict:
    """Row 5. Every published column is in the feature catalogue, defined and typed."""
    path = "//gfc:FC_FeatureAttribute[gfc:definition//text() and gfc:valueType//text()]"
    listed = set(_texts(e, ISO_19110, f"{path}/gfc:memberName/text()"))
    names = [variable.name for variable in e.record.variables]
    faults = [f"falta «{name}», su definición o su tipo" for name in names if name not in listed]
    return judged(faults, f"{len(names)} campos con definición, tipo y dominio")


def specification(e: Evidence) -> Verdict:
    """Row 6. The specification is made of the record, and no section of it is empty."""
    sections = iso19131.sections(e.record)
    empty = [f"sección vacía: {section.title}" for section in sections if not section.says]
    return judged(empty, f"{len(sections)} secciones (HTML y PDF), ninguna vacía")


def quality(e: Evidence) -> Verdict:
    """Row 7. What applies was measured and reported; what blocks is zero."""
    measures = e.record.quality.measures
    ids = {measure.id for measure in measures}
    wanted = [*DEMANDED[""]]
    if e.record.geometric_object == "surface":
        wanted += DEMANDED["surface"]
    if any(variable.codes for variable in e.record.variables):
        wanted += DEMANDED["domain"]
    faults = [f"no se midió la medida {id}" for id in wanted if id not in ids]
    reported = _texts(e, ISO_19157, "//mdq:report")
    if len(reported) != len(measures):
        faults.append(f"el reporte dice {len(reported)} de {len(measures)} medidas")
    own = {"18", "26", "27"}  # said by rows 20 and 27, each in its own
    faults += [
        f"medida {m.id} = {m.value:g}" for m in measures
        if m.id in BLOCKING and m.id not in own and m.value
    ]  # fmt: skip
    return judged(faults, f"{len(measures)} resultados, con su conformidad")


def federated(e: Evidence) -> Verdict:
    """Row 13. The entry has what DCAT-US demands, a CSV among its files, and they are there."""
    entry = e.data_json
    wanted = ("title", "description", "keyword", "modified", "publisher", "contactPoint",
              "identifier", "accessLevel", "license", "landingPage")  # fmt: skip
    faults = [f"falta «{key}»" for key in wanted if not entry.get(key)]
    files = entry.get("distribution", [])
    if not any(file["mediaType"] == "text/csv" for file in files):
        faults.append("no hay un archivo text/csv")
    faults += [f"no está {name} como se publicó" for name in e.missing]
    return judged(faults, f"entrada completa; {len(files)} archivos, todos en su lugar")


def licence(e: Evidence) -> Verdict:
    """Row 14. An open licence, the same in every output."""
    if e.record.license not in OPEN_LICENCES:
        return failed(f"«{e.record.license}» no está entre las abiertas")
    said = {
        "ISO 19115-3": _texts(e, ISO_19115, "//mco:otherConstraints/gcx:Anchor/@xlink:href"),
        "ISO 19139": _texts(
            e, ISO_19139, "//*[local-name()='otherConstraints']/*[local-name()='CharacterString']"
            "/text()",
        ),
        "data.json": [e.data_json.get("license", "")],
        "DCAT": [e.record.license] if e.record.license.encode() in e.documents.get(
            "dcat.jsonld", b"") else [],
    }  # fmt: skip
    faults = [f"no la dice {name}" for name, found in said.items() if e.record.license not in found]
    return judged(faults, f"{OPEN_LICENCES[e.record.license]}, en {', '.join(said)}")


def _box_faults(e: Evidence) -> list[str]:
    """The declared box against the files' and against what the document says."""
    box = e.record.bbox
    if e.shapes is None:
        return []
    if (box is None) != (e.shapes.bounds is None):
        return ["la extensión declarada no corresponde con los archivos"]
    faults = []
    if box is not None and e.shapes.bounds is not None:
        apart = _apart(box, e.shapes.bounds)
        if apart > CLOSE_DEGREES:
            faults.append(f"la extensión se aparta {apart:.7f}° de la de los archivos")
        written = [
            float(text)
            for side in SIDES
            for text in _texts(e, ISO_19115, f"//gex:{side}/gco:Decimal/text()")
        ]
        same = len(written) == 4 and _apart(written, box) <= CLOSE_DEGREES
        if not same:
            faults.append("la extensión escrita no es la calculada")
    return faults


def _apart(one: Sequence[float], other: Sequence[float]) -> float:
    """The largest difference, side by side."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _texts(e: Evidence, ending: str, path: str) -> list[str]:
    """What an XPath finds in a document; nothing when the document is not there."""
    if ending not in e.documents:
        return []
    return texts(etree.fromstring(e.documents[ending]), path)

"""The data dictionary of each layer, in Spanish, from its contract alone (``docs/capas/``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.contract.access import Access
from gis.contract.derived import Counted
from gis.contract.metadata import OPEN_LICENCES
from gis.contract.types import Coded, Reference, Text
from gis.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gis.contract.catalog import Catalog
    from gis.contract.fields import Field, Geometry
    from gis.contract.layer import Dataset, Layer

NOTE = "<!-- Página generada de la declaración por `make docs`: no se edita a mano. -->"
ACCESS = {
    Access.PUBLICA: "pública",
    Access.CLASIFICADA: "**clasificada**",
    Access.RESERVADA: "**reservada**",
}
KINDS = {
    "text": "texto",
    "integer": "número entero",
    "number": "número",
    "boolean": "sí o no",
    "date": "fecha",
    "timestamp": "fecha y hora",
}
SHAPES = {
    "Point": "punto",
    "MultiPoint": "varios puntos",
    "LineString": "línea",
    "MultiLineString": "línea de una o varias partes",
    "Polygon": "polígono",
    "MultiPolygon": "polígono de una o varias partes",
}
SEVERITIES = {
    Severity.BLOCKING: "detiene la entrega",
    Severity.WARNING: "advierte",
    Severity.INFO: "informa",
}


def pages(catalog: Catalog) -> dict[str, str]:
    """Markdown by file name: a page per layer and ``README.md`` with the index by sector."""
    found = {f"{layer.name}.md": page(layer) for layer in catalog}
    return {"README.md": index(catalog), **found}


def index(catalog: Catalog) -> str:
    """The list of layers by sector, in alphabetical order."""
    sectors: dict[str, list[Layer]] = {}
    for layer in catalog:
        sectors.setdefault(layer.metadata.topic.label, []).append(layer)
    lines = [NOTE, "", "# Capas", "", "El diccionario de datos de cada capa declarada."]
    for sector in sorted(sectors):
        lines += ["", f"## {sector}", ""]
        for layer in sorted(sectors[sector], key=lambda layer: layer.name):
            shape = SHAPES[layer.geometry.type] if layer.geometry else "tabla"
            lines.append(f"- [{layer.title}]({layer.name}.md) (`{layer.name}`, {shape})")
    return "\n".join(lines) + "\n"


def page(layer: Layer) -> str:
    """The dictionary of one layer: what it is, fields, codes, rules, datasets."""
    parts = [
        _head(layer),
        _facts(layer),
        _fields(layer),
        _codes(layer),
        _rules(layer),
        _datasets(layer),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(layer: Layer) -> str:
    lines = [NOTE, "", f"# {layer.title}", "", f"`{layer.name}` · {layer.metadata.topic.label}"]
    lines += ["", layer.metadata.abstract]
    if layer.metadata.notice:
        lines += ["", f"> **Aviso.** {layer.metadata.notice}"]
    return "\n".join(lines)


def _facts(layer: Layer) -> str:
    metadata = layer.metadata
    rows = [
        ("Filas", "" if layer.access is Access.PUBLICA else _secret(layer)),
        ("Origen", _origin(layer)),
        ("Geometría", _geometry(layer.geometry)),
        ("Llave", _names(layer.key) or "ninguna: cada entrega reemplaza toda la capa"),
        ("Tiempo propio", _names(layer.time)),
        ("Extensión", _extent(layer)),
        ("Propósito", metadata.purpose),
        ("Linaje", metadata.lineage),
        ("Frecuencia", metadata.frequency.value.label),
        ("Responde", f"contacto `{metadata.contact}` de la entidad"),
        ("Escala", f"1:{metadata.scale_denominator:,}".replace(",", ".") if _scaled(layer) else ""),
        ("Palabras clave", ", ".join(metadata.keywords)),
        ("Licencia", f"[{OPEN_LICENCES[metadata.license]}]({metadata.license})"),
        (
            "Se dibuja",
            f"zooms {layer.tiles.minzoom} a {layer.tiles.maxzoom}" if _drawn(layer) else "",
        ),
    ]
    return _table(("Dato", "Valor"), [row for row in rows if row[1]])


def _secret(layer: Layer) -> str:
    return f"{ACCESS[layer.access]}: ninguna se publica; solo salen contadas"


def _origin(layer: Layer) -> str:
    if isinstance(layer.derived, Counted):
        return f"la hace el sistema contando [`{layer.derived.layer}`]({layer.derived.layer}.md)"
    return "la hace el sistema de lo que dicen las declaraciones" if layer.derived else ""


def _scaled(layer: Layer) -> bool:
    return layer.metadata.scale_denominator is not None


def _drawn(layer: Layer) -> bool:
    return layer.geometry is not None


def _geometry(geometry: Geometry | None) -> str:
    if geometry is None:
        return "ninguna: es una tabla"
    crs = ", ".join(f"EPSG:{code}" for code in geometry.accepted_crs)
    text = f"{SHAPES[geometry.type]} (`{geometry.type}`); se recibe en {crs}"
    if not geometry.required:
        text += "; puede faltar cuando no se conoce el sitio"
    if geometry.access is not Access.PUBLICA:
        public = f"en cuadrícula de {geometry.coarsen_m:g} m" if geometry.coarsen_m else "sin ella"
        text += f"; {ACCESS[geometry.access]}, al público {public}"
    return text


def _extent(layer: Layer) -> str:
    if layer.geometry is None:
        return ""
    if layer.extent is None:
        return "la del municipio"
    return ", ".join(f"{value:g}" for value in layer.extent.as_tuple()) + " (CRS84)"


def _fields(layer: Layer) -> str:
    rows = [
        (
            f"`{field.name}`",
            field.label,
            _type(field),
            field.type.unit,
            ACCESS[field.access],
            "sí" if field.required else "",
            _definition(field),
            _names(field.source_names),
        )
        for field in layer.fields
    ]
    heading = (
        "Campo", "Etiqueta", "Tipo", "Unidad", "Acceso", "Obligatorio", "Definición",
        "También llega como",
    )  # fmt: skip
    return "## Campos\n\n" + _table(heading, rows)


def _definition(field: Field) -> str:
    return f"{field.definition} *{field.legal_basis}*" if field.legal_basis else field.definition


def _type(field: Field) -> str:
    kind = field.type
    if isinstance(kind, Coded):
        return f"código (ver [{field.label}](#{_anchor(field)}))"
    if isinstance(kind, Reference):
        return f"referencia a [{kind.layer}]({kind.layer}.md)"
    schema = kind.json_schema()
    limits = [
        f"{word} {schema[key]:g}"
        for key, word in (("minimum", "desde"), ("maximum", "hasta"))
        if key in schema
    ]
    if isinstance(kind, Text):
        limits += [f"patrón `{kind.pattern}`"] if kind.pattern else []
        limits += [f"máximo {kind.max_length} letras"] if kind.max_length else []
        limits += [{"uri": "dirección web", "email": "correo"}[kind.format]] if kind.format else []
    return ", ".join([KINDS[kind.kind], *limits])


def _anchor(field: Field) -> str:
    return f"codigos-{field.name.replace('_', '-')}"


def _codes(layer: Layer) -> str:
    sections = []
    for field in layer.fields:
        if not isinstance(field.type, Coded):
            continue
        rows = [
            (f"`{code.code}`", code.label, code.definition, f"`{code.color}`" if code.color else "")
            for code in field.type.codes
        ]
        heading = ("Código", "Etiqueta", "Definición", "Color")
        columns = 4 if any(code.color for code in field.type.codes) else 3
        name = f'### <a id="{_anchor(field)}"></a>{field.label} (lista `{field.type.codelist}`)'
        sections.append(f"{name}\n\n{_table(heading[:columns], [row[:columns] for row in rows])}")
    return "## Códigos\n\n" + "\n\n".join(sections) if sections else ""


def _rules(layer: Layer) -> str:
    lines = [f"- {_rule(rule)} (`{rule.id}`, {SEVERITIES[rule.severity]})." for rule in layer.rules]
    return "## Reglas\n\n" + "\n".join(lines) if lines else ""


def _rule(rule: Any) -> str:
    """What a rule asks, in Spanish; a rule of another kind says its name."""
    say = SENTENCES.get(type(rule).__name__)
    text = str(say(rule)) if say else type(rule).__name__
    return text[:1].upper() + text[1:]


SENTENCES: dict[str, Any] = {
    "NotInFuture": lambda rule: f"`{rule.field}` no es posterior a hoy",
    "Ordered": lambda rule: f"`{rule.later}` no es anterior a `{rule.earlier}`",
    "Distinct": lambda rule: f"{_names(rule.fields)} no se repite entre elementos",
    "NoOverlap": lambda rule: (
        f"los elementos no se superponen en más de {rule.tolerance_m2:g} m²"
        + (f", comparados los que coinciden en {_names(rule.by)}" if rule.by else "")
    ),
    "NoSliver": lambda rule: f"ninguna parte menor que {rule.max_area_m2:g} m² es una astilla",
    "Inside": lambda rule: (
        f"cada elemento está dentro de `{rule.layer}`"
        + (f", con {rule.tolerance_m:g} m de tolerancia" if rule.tolerance_m else "")
    ),
    "NearNamed": lambda rule: (
        f"si `{rule.field}` nombra un lugar de `{rule.layer}`, está a menos de {rule.max_m:g} m "
        "de él"
    ),
    "NamesNoPerson": lambda rule: (
        f"`{rule.field}` no nombra a la persona natural de `{rule.holder}`"
    ),
    "UrbanAddress": lambda rule: (
        f"si `{rule.field}` es una dirección urbana, el sitio está dentro de `{rule.layer}`"
    ),
}


def _datasets(layer: Layer) -> str:
    rows = [_dataset(layer, dataset) for dataset in layer.datasets]
    heading = ("Conjunto", "Título", "Filtro", "Campos", "Destinos", "Frecuencia")
    return "## Conjuntos de datos\n\n" + _table(heading, rows) if rows else ""


def _dataset(layer: Layer, dataset: Dataset) -> tuple[str, ...]:
    return (
        f"`{dataset.name}`",
        dataset.title or layer.title,
        f"`{dataset.where}`" if dataset.where else "todos los elementos",
        _names(dataset.fields) or "todos los públicos",
        ", ".join(dataset.targets),
        (dataset.frequency or layer.metadata.frequency).value.label,
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

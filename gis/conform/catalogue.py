"""Every check a delivery goes through: stable id, severity, ISO 19157 measure where one applies.

``docs/entregas.md`` explains each to the person who hands in the file; a test keeps both alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from gis.contract import privacy_rules, row_rules, spatial_rules
from gis.findings import Severity

BLOCKING, WARNING, INFO = Severity.BLOCKING, Severity.WARNING, Severity.INFO


@dataclass(frozen=True, slots=True)
class Check:
    """What a rule id stands for."""

    id: str
    title: str
    """Spanish, for summaries."""
    severity: Severity
    """The usual one; a finding may be milder where the row can enter all the same."""
    measure: int | None = None
    """Identifier of the ISO 19157:2013 measure its count gives (codeSpace «ISO 19157»)."""


_ALL = (
    # The file as a whole
    Check("csv-read-as", "Codificación y separador del CSV", INFO),
    Check("blank-rows", "Filas vacías", INFO),
    Check("heading-row", "Fila del encabezado", INFO),
    Check("merged-cells", "Celdas combinadas", WARNING),
    Check("filtered", "Filas fuera del filtro", INFO),
    Check("repaired", "Reparaciones pedidas", INFO),
    # Columns
    Check("missing-column", "Falta una columna obligatoria", BLOCKING, 19),
    Check("ambiguous-column", "Dos columnas para un mismo campo", BLOCKING, 19),
    Check("absent-fields", "Campos que el archivo no trae", INFO),
    Check("extra-columns", "Columnas que la capa no usa", INFO),
    # Values
    Check("missing-value", "Valor obligatorio vacío", BLOCKING, 6),
    Check("invalid-value", "Valor que no se puede leer", BLOCKING, 16),
    Check("unknown-code", "Código fuera de la lista", BLOCKING, 16),
    Check("formula", "Fórmula en vez de valor", BLOCKING, 16),
    Check("converted", "Valores llevados a su forma", INFO),
    Check("null-word", "Palabra que quiere decir vacío", WARNING, 16),
    Check("damaged-text", "Texto dañado por la codificación", WARNING, 65),
    Check("control-characters", "Caracteres invisibles", WARNING, 65),
    Check("untidy-spaces", "Espacios de más", WARNING, 65),
    Check("formula-text", "Texto que una hoja de cálculo ejecutaría", WARNING, 65),
    Check("scientific-notation", "Código en notación científica", WARNING, 65),
    # Coordinates and their reference system
    Check("coordinate-columns", "Columnas de coordenadas", INFO),
    Check("crs-assumed", "Sistema de coordenadas supuesto", INFO),
    Check("crs-overridden", "Sistema de coordenadas indicado a mano", WARNING),
    Check("crs-suspected", "Sistema de coordenadas equivocado", WARNING),
    Check("geocoded", "Lugar estimado por la dirección", INFO),
    Check("not-geocoded", "Dirección que no se pudo ubicar", BLOCKING, 6),
    Check("half-coordinate", "Coordenada a medias", BLOCKING, 6),
    Check("outside-extent", "Fuera de la extensión de la capa", BLOCKING, 2),
    Check("swapped-axes", "Longitud y latitud intercambiadas", BLOCKING, 2),
    # Geometry
    Check("no-geometry", "Sitio sin ubicación", INFO, 6),
    Check("missing-geometry", "Sin geometría", BLOCKING, 6),
    Check("empty-geometry", "Geometría vacía", BLOCKING, 6),
    Check("unreadable-geometry", "Geometría ilegible", BLOCKING, 10),
    Check("wrong-geometry-type", "Otro tipo de geometría", BLOCKING, 10),
    Check("several-parts", "Varias partes donde va una", BLOCKING, 10),
    Check("third-dimension", "Alturas o medidas (Z, M)", BLOCKING, 10),
    Check("invalid-geometry", "Geometría inválida", BLOCKING, 26),
    Check("not-simple", "Línea que se cruza a sí misma", WARNING, 27),
    Check("tiny-geometry", "Elemento diminuto", WARNING, 25),
    Check("geometry-ignored", "Geometría que la tabla no usa", INFO),
    # Features against each other
    Check("duplicate-row", "Fila repetida", BLOCKING, 4),
    Check("duplicate-key", "Llave repetida", BLOCKING, 4),
    Check("repeated-geometry", "Misma geometría en varias filas", WARNING, 4),
    Check("dissolved", "Partes unidas por la llave", INFO),
    Check("dissolve-conflict", "Partes con atributos distintos", WARNING, 10),
    Check("incomplete-group", "Falta una parte del elemento", BLOCKING, 6),
    # Rules a layer may declare
    Check("not-compared", "Comparación que no se hizo", INFO),
    Check(row_rules.NotInFuture.id, "Fecha futura", WARNING, row_rules.NotInFuture.measure),
    Check(row_rules.Ordered.id, "Valores en desorden", WARNING, row_rules.Ordered.measure),
    Check(row_rules.Distinct.id, "Valor repetido", WARNING, row_rules.Distinct.measure),
    Check(spatial_rules.NoOverlap.id, "Superposición", WARNING, spatial_rules.NoOverlap.measure),
    Check(spatial_rules.NoSliver.id, "Astilla", WARNING, spatial_rules.NoSliver.measure),
    Check(spatial_rules.Inside.id, "Fuera de otra capa", WARNING, spatial_rules.Inside.measure),
    Check(
        spatial_rules.NearNamed.id, "Lejos del lugar que nombra", WARNING,
        spatial_rules.NearNamed.measure,
    ),
    Check(
        spatial_rules.UrbanAddress.id, "Dirección urbana en zona rural", WARNING,
        spatial_rules.UrbanAddress.measure,
    ),
    Check(
        privacy_rules.NamesNoPerson.id, "Nombre de una persona natural", BLOCKING,
        privacy_rules.NamesNoPerson.measure,
    ),
)  # fmt: skip

CHECKS = {check.id: check for check in _ALL}


def measure_of(rule: str) -> int | None:
    """The ISO 19157 measure that counts a rule's findings; None for a rule without one."""
    return CHECKS[rule].measure if rule in CHECKS else None

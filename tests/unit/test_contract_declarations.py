"""Every contradiction of one declaration is refused, naming file, line, layer and field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gis.errors import ContractError
from tests.unit.declarations import CODES, RIGHT, broken, read, write

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = 'Field("codigo", Text(), label="Código"'
CAUDAL = 'Field("caudal", Decimal(measure="L/s")'
IMPORT = "from gis.contract import ("
LAST = 'definition="Persona.", access=CLASIFICADA),'

MISTAKES: dict[str, tuple[str, str, str, str | None]] = {
    # What is wrong: (text in the right declaration, text in its place, said, field named).
    "name with capitals": ('name="pozos"', 'name="Pozos"', "minúsculas ASCII", "Pozos"),
    "field name with an accent": ('"dueno"', '"dueño"', "minúsculas ASCII", "dueño"),
    "field name too long": ('"dueno"', f'"{"d" * 60}"', "máximo 59", "d" * 60),
    "reserved field name": ('"dueno"', '"geom"', "reservado", "geom"),
    "repeated field": ('"dueno"', '"caudal"', "Campos repetidos: caudal", "caudal"),
    "empty label": ('label="Dueño"', 'label=""', "etiqueta", "dueno"),
    "empty definition": ('definition="Persona."', 'definition=""', "definición", "dueno"),
    "empty title": ('title="Pozos"', 'title=""', "título", "title"),
    "class for a type": ('Decimal(measure="L/s")', "Decimal", "Decimal() con paréntesis", "caudal"),
    "text for a type": ('Decimal(measure="L/s")', '"número"', "un tipo (Text()", "caudal"),
    "text for an access": ("access=CLASIFICADA", 'access="privada"', "CLASIFICADA o", "dueno"),
    "key that does not exist": ('key=("codigo",)', 'key=("codigos",)', "«codigo»", "codigos"),
    "key without its comma": ('key=("codigo",)', 'key=("codigo")', "termina en coma", "key"),
    "key not required": ("access=PUBLICA, required=True", "access=PUBLICA", "required", "codigo"),
    "key not public": (
        "access=PUBLICA, required=True",
        "access=CLASIFICADA, required=True",
        "se ve en toda dirección",
        "codigo",
    ),
    "key of a number": (
        'Field("codigo", Text()',
        'Field("codigo", Decimal()',
        "textos, enteros",
        "codigo",
    ),
    "unknown geometry": ('Geometry("Point")', 'Geometry("Punto")', "MultiPolygon", "geometry"),
    "coarsening of what is public": (
        'Geometry("Point")',
        'Geometry("Point", coarsen_m=500)',
        "PUBLICA",
        "geometry.coarsen_m",
    ),
    "style by what does not exist": (
        'by="estado"',
        'by="stado"',
        "¿quiso decir «estado»?",
        "stado",
    ),
    "style by what has no codes": ('by="estado"', 'by="fecha"', "(Coded)", "fecha"),
    "style by what is not public": ('by="estado"', 'by="dueno"', "debe ser PUBLICA", "dueno"),
    "label that does not exist": ('label="codigo",\n', 'label="nombre",\n', "«label»", "nombre"),
    "label that is not public": ('label="codigo",\n', 'label="dueno",\n', "PUBLICA", "dueno"),
    "time that is not a date": ('time=("fecha",)', 'time=("codigo",)', "fecha", "time"),
    "time without its comma": ('time=("fecha",)', 'time=("fecha")', "termina en coma", "time"),
    "widths of unknown codes": (
        'by="estado"',
        'by="estado", width_by=(("activos", 2.0),)',
        "¿quiso decir «activo»?",
        "style.width_by",
    ),
    "widths without by": ('by="estado"', 'width_by=(("activo", 2),)', "by", "style.width_by"),
    "bad colour": ('color="#3366cc"', 'color="azul"', "#rrggbb", "symbol.color"),
    "bad opacity": ('color="#3366cc"', "opacity=80", "de 0 a 1", "symbol.opacity"),
    "bad zooms": ("minzoom=8, maxzoom=16", "minzoom=16, maxzoom=8", "minzoom", "tiles"),
    "overview of what is not public": (
        "minzoom=8,",
        'overview=("dueno",), minzoom=8,',
        "PUBLICA",
        "dueno",
    ),
    "rule over an unknown field": ('NotInFuture("fecha")', 'NotInFuture("fech")', "fecha", "fech"),
    "rule over a field it cannot read": (
        'NotInFuture("fecha")',
        'NotInFuture("codigo")',
        "no vale para «codigo», que es Text",
        "codigo",
    ),
    "rule over an unknown layer": ('NotInFuture("fecha")', 'Inside("muni")', "«muni»", "rules"),
    "rule that is no rule": ('NotInFuture("fecha")', '"fecha"', "reglas", "rules"),
    "short abstract": (' " * 2,', '",', "al menos 100 caracteres", "metadata.abstract"),
    "no lineage": ('"Levantados en campo."', '""', "linaje", "metadata.lineage"),
    "closed licence": (
        'contact="planeacion"',
        'contact="planeacion", license="https://todoslosderechos.example"',
        "no está entre las abiertas",
        "metadata.license",
    ),
    "scale as text of a fraction": (
        'contact="planeacion"',
        'contact="planeacion", scale_denominator=-5000',
        "denominador",
        "metadata.scale_denominator",
    ),
    "contact that the entity lacks": (
        'contact="planeacion"',
        'contact="planacion"',
        "¿quiso decir «planeacion»?",
        "metadata.contact",
    ),
    "keywords without a comma": (
        'keywords=("agua", "pozos", "ambiente")',
        'keywords=("agua")',
        "termina en coma",
        "metadata.keywords",
    ),
    "dataset of an unknown field": (
        "where=\"estado = 'activo'\"",
        'fields=("codig",)',
        "¿quiso decir «codigo»?",
        "codig",
    ),
    "dataset publishing what is not public": (
        "where=\"estado = 'activo'\"",
        'fields=("codigo", "dueno")',
        "publicaría «dueno»",
        "dueno",
    ),
    "dataset filtering by what is not public": (
        "estado = 'activo'",
        "dueno = 'Ana'",
        "solo ve campos públicos",
        "datasets.where",
    ),
    "dataset with a filter that cannot be read": (
        "estado = 'activo'",
        "estado == activo",
        "CQL2",
        "datasets.where",
    ),
    "dataset with a bad name": ('Dataset("pozos"', 'Dataset("Pozos de agua"', "minúsculas", None),
    "datasets without a comma": (
        'datasets=(Dataset("pozos", where="estado = \'activo\'"),)',
        'datasets=(Dataset("pozos"))',
        "termina en coma",
        "datasets",
    ),
    "code list that does not exist": (
        'Coded("estado")',
        'Coded("estados")',
        "_codelists",
        "estado",
    ),
    "code list without a name": ('Coded("estado")', "Coded()", "lista de códigos", None),
    "reference without a layer": ('Coded("estado")', "Reference()", "a qué capa", None),
    "reference to an unknown layer": (
        CAUDAL,
        'Field("caudal", Reference("poso")',
        "¿quiso decir «pozos»?",
        "caudal",
    ),
    "reference to itself": (
        CAUDAL,
        'Field("caudal", Reference("pozos")',
        "en círculo: pozos → pozos",
        None,
    ),
    "pattern that is no expression": (
        PLAIN,
        PLAIN.replace("Text()", 'Text(pattern="[")'),
        "patrón",
        None,
    ),
    "limits upside down": ('measure="L/s"', "minimum=5, maximum=1", "mayor que el máximo", None),
    "bad extent": (
        'label="codigo",\n',
        'label="codigo", extent=(-75, 4, -74, 5),\n',
        "Extent(",
        "extent",
    ),
    "unknown word": ("geometry=Geometry", "geometri=Geometry", "¿quiso decir «geometry»?", None),
    "word of a field misspelt": ('label="Dueño"', 'labl="Dueño"', "¿quiso decir «label»?", None),
    "missing word": ('    title="Pozos",\n', "", "le falta title", None),
    "word that is not imported": (
        "CLASIFICADA, PUBLICA, Coded",
        "PUBLICA, Coded",
        "Falta importar",
        None,
    ),
    "word that does not exist": ("Decimal(measure", "Decimales(measure", "«Decimal»", None),
    "word imported that does not exist": (
        "NotInFuture, Reference",
        "NotInPast, Reference",
        "NotInPast",
        None,
    ),
    "unknown topic": ("Topic.ENVIRONMENT", "Topic.ENVIROMENT", "¿quiso decir «ENVIRONMENT»?", None),
    "unknown frequency": ("Frequency.ANNUALLY", "Frequency.ANUAL", "MONTHLY", None),
    "text for a topic": ("Topic.ENVIRONMENT", '"ambiente"', "Topic.HEALTH", "metadata.topic"),
    "parenthesis not closed": ('key=("codigo",),', 'key=("codigo",,', "Error de escritura", None),
    "no LAYER": ("LAYER = Layer(", "CAPA = Layer(", "LAYER = Layer(…)", None),
    "too many loose values": (
        LAST,
        'definition="P.", access=CLASIFICADA), Tiles(1, 2, (), 3, 4),',
        "nombre=valor",
        None,
    ),
    "foreign module": (
        IMPORT,
        f"import modulo_que_no_hay\n{IMPORT}",
        "solo usa gis.contract",
        None,
    ),
    "relative import": (IMPORT, f"from ._shared import X\n{IMPORT}", "relativas", None),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_contradiction_names_its_file_and_what_to_do(what: str, tmp_path: Path) -> None:
    old, new, said, field = MISTAKES[what]
    with pytest.raises(ContractError) as caught:
        read(write(tmp_path, broken(old, new)))
    error = caught.value
    assert error.context["file"] == str(tmp_path / "pozos.py")
    assert said in error.message
    if field is not None:
        assert error.context["field"] == field


def test_the_right_declaration_is_read_with_its_codes(tmp_path: Path) -> None:
    layer = read(write(tmp_path)).layer("pozos")
    assert [code.code for code in layer.field("estado").type.codes] == ["activo", "sellado"]
    assert layer.field("caudal").type.unit == "L/s"


def test_a_mistake_names_its_line(tmp_path: Path) -> None:
    source = broken('label="Dueño"', 'labl="Dueño"')
    with pytest.raises(ContractError) as caught:
        read(write(tmp_path, source))
    line = next(n for n, text in enumerate(source.splitlines(), 1) if "labl" in text)
    assert caught.value.context["line"] == line


def test_a_mistake_names_its_line_in_a_folder_told_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, broken('label="Dueño"', 'labl="Dueño"'))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContractError) as caught:
        read(tmp_path.relative_to(tmp_path))
    assert caught.value.context["line"]


def test_a_number_between_quotes_is_told_in_spanish(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="los números van sin comillas") as caught:
        read(write(tmp_path, broken("minzoom=8", 'minzoom="8"')))
    assert caught.value.context["line"]


def test_a_file_named_otherwise_than_its_layer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"«pozos\.py»"):
        read(write(tmp_path, name="pozo"))


def test_a_layer_with_a_comma_at_its_end_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="sobra una coma"):
        read(write(tmp_path, RIGHT.rstrip() + ",\n"))


def test_a_table_cannot_have_rules_over_shapes(tmp_path: Path) -> None:
    source = broken('geometry=Geometry("Point")', "geometry=None")
    source = source.replace('NotInFuture("fecha")', 'Inside("pozos")')
    with pytest.raises(ContractError, match="es una tabla"):
        read(write(tmp_path, source))


def test_a_radius_in_metres_is_only_for_points(tmp_path: Path) -> None:
    source = broken('Geometry("Point")', 'Geometry("Polygon")')
    source = source.replace('color="#3366cc"', "radius_m=100")
    with pytest.raises(ContractError, match="capas de puntos"):
        read(write(tmp_path, source))


CODELISTS = {
    "unknown column": (CODES.replace("label", "etiqueta"), "code, label, definition, color"),
    "empty list": ("code,label\n", "está vacía"),
    "repeated code": (CODES + "activo,Otra vez,,\n", "repite «activo»"),
    "empty code": (CODES + ",Sin código,,\n", "Falta el código"),
    "empty label": (CODES + "otro,,,\n", "la etiqueta"),
    "comma without quotes": (CODES + "otro,Otro, o ninguno, de los dos,,\n", "entre comillas"),
    "bad colour": (CODES.replace("#737373", "gris"), "#rrggbb"),
    "no colour where the style needs it": (CODES.replace("#737373", ""), "columna color"),
}


@pytest.mark.parametrize("what", CODELISTS)
def test_a_bad_code_list_is_refused_by_name(what: str, tmp_path: Path) -> None:
    codes, said = CODELISTS[what]
    with pytest.raises(ContractError) as caught:
        read(write(tmp_path, codes=codes))
    assert said in caught.value.message
    assert "file" in caught.value.context


def test_a_code_list_in_another_encoding_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "_codelists" / "estado.csv").write_bytes("code,label\na,Años\n".encode("latin-1"))
    with pytest.raises(ContractError, match="UTF-8"):
        read(folder)


def test_a_code_list_saved_with_bom_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "_codelists" / "estado.csv").write_text(CODES, encoding="utf-8-sig")
    assert read(folder).layer("pozos").field("estado").type.codes

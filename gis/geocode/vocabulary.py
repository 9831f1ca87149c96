"""How people write each word of an address: without accents, in upper case."""

from __future__ import annotations

from gis.geocode.address import Quadrant, WayKind, Word

WAYS: dict[str, WayKind] = {
    alias: kind
    for kind, aliases in {
        WayKind.CALLE: "CALLE CALLES CLL CLLE CL CLE CALL CAL CLLES CLLS CLLA C",
        WayKind.CARRERA: "CARRERA CARRERAS CRA CRAS CR KR KRA CRR CAR CARR CARRE KRR CRRA KRAS K",
        WayKind.AVENIDA: "AVENIDA AV AVE AVDA AVD",
        WayKind.AVENIDA_CALLE: "AC",
        WayKind.AVENIDA_CARRERA: "AK",
        WayKind.DIAGONAL: "DIAGONAL DG DIAG DGL DIG",
        WayKind.TRANSVERSAL: "TRANSVERSAL TV TRANSV TRANS TRV TRASVERSAL TRAVERSAL TRANV TVR TR",
        WayKind.CIRCULAR: "CIRCULAR CIR CIRC CQ",
        WayKind.CIRCUNVALAR: "CIRCUNVALAR CCV CRV CV",
        WayKind.AUTOPISTA: "AUTOPISTA AUTOP AUT",
        WayKind.PASAJE: "PASAJE PJ PSJ PAS",
        WayKind.VIA: "VIA CARRETERA",
        WayKind.VARIANTE: "VARIANTE VTE",
    }.items()
    for alias in aliases.split()
}
SPELT = ("CALLE", "CARRERA", "AVENIDA", "DIAGONAL", "TRANSVERSAL", "CIRCULAR")
"""Words recognised with one letter wrong before a number."""
NAMED_WAYS = frozenset(WayKind) - {
    WayKind.DIAGONAL, WayKind.TRANSVERSAL, WayKind.AVENIDA_CALLE, WayKind.AVENIDA_CARRERA
}  # fmt: skip
"""Streets that may have a name instead of a number."""
SINGLE = frozenset("CK")
"""Streets written with one letter, only before a number."""

QUADRANTS: dict[str, Quadrant] = {
    alias: quadrant
    for quadrant, aliases in {
        Quadrant.SUR: "SUR S",
        Quadrant.NORTE: "NORTE NTE N",
        Quadrant.ESTE: "ESTE E ORIENTE",
        Quadrant.OESTE: "OESTE O OCCIDENTE OCC",
    }.items()
    for alias in aliases.split()
}
LETTERS = frozenset("ABCDEFGHIJKLMPQRTUVWZ")
"""What may follow a street's number. ``N``, ``S``, ``O`` there are sides of the city, ``X`` and
``Y`` join two streets; ``E`` is a letter next to the number and a side apart from it."""
LOOSE_LETTERS = LETTERS - {"E"}

MARKS = frozenset(["#", "NO", "N", "NRO", "NUM", "NUMERO", "NUMERAL", "NR"])
JOINS = frozenset(
    ["CON", "CN", "C/", "ESQUINA", "ESQ", "CRUCE", "X", "INTERSECCION", "CPN", "CAON", "COM"]
)
BETWEEN = frozenset(["ENTRE", "ENTR"])
AND = frozenset(["Y", "E"])
NOISE = frozenset(
    [
        "FRENTE",
        "FTE",
        "FRTE",
        "AL",
        "A",
        "DEL",
        "DE",
        "LA",
        "EL",
        "ALTURA",
        "DIAGONAL",
        "CERCA",
        "JUNTO",
        "LADO",
        "POR",
    ]
)
"""Words that stand before a street or a number without saying where."""
BESIDE = frozenset(
    [
        "FRENTE",
        "FTE",
        "FRTE",
        "ENTRADA",
        "SALIDA",
        "GLORIETA",
        "HACIA",
        "DIAGONAL",
        "ANTES",
        "DESPUES",
        "SENTIDO",
        "PUENTE",
    ]
)
"""Words that end the name of a street: what follows is beside it."""
KILOMETRES = frozenset(["KM", "KILOMETRO", "KILOMETROS", "KMS", "KMT", "PR"])
METRES = frozenset(["M", "MT", "MTS", "METROS", "MTRS", "METRO"])

WORDS: dict[str, Word] = {
    alias: word
    for word, aliases in {
        Word.BARRIO: "BARRIO BR BRR BO BRIO BARR BRRIO B/",
        Word.URBANIZACION: "URBANIZACION URB URBAN UR",
        Word.VEREDA: "VEREDA VDA VRD VER VDA/",
        Word.CORREGIMIENTO: "CORREGIMIENTO CORREG CORR CGTO",
        Word.COMUNA: "COMUNA COM",
        Word.CENTRO_POBLADO: "CP",
        Word.SECTOR: "SECTOR SEC",
        Word.FINCA: "FINCA FCA HACIENDA PREDIO PARCELA",
        Word.CONJUNTO: "CONJUNTO CONJ CJTO",
        Word.EDIFICIO: "EDIFICIO ED EDIF",
        Word.CENTRO_COMERCIAL: "CECO CC",
        Word.SUPERMANZANA: "SUPERMANZANA SM SMZ SPMZ SUPERMZ",
        Word.MANZANA: "MANZANA MZ MZA MZN MANZ MNZ",
        Word.ETAPA: "ETAPA ET ETP ETAP ETAPAS",
        Word.CASA: "CASA CS CAS CA CSA",
        Word.LOTE: "LOTE LT LTE LO",
        Word.TORRE: "TORRE TO TORR",
        Word.BLOQUE: "BLOQUE BL BLQ BQ",
        Word.INTERIOR: "INTERIOR IN INT",
        Word.APARTAMENTO: "APARTAMENTO APTO APT AP APARTAMENTOS",
        Word.PISO: "PISO PI P",
        Word.LOCAL: "LOCAL LC LOC L LOCALES",
        Word.OFICINA: "OFICINA OF OFI OFC",
        Word.CONSULTORIO: "CONSULTORIO CONS",
        Word.BODEGA: "BODEGA BG BOD BD",
        Word.GARAJE: "GARAJE GJ GA",
    }.items()
    for alias in aliases.split()
}  # fmt: skip
PHRASES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("SUPER", "MANZANA"), "SUPERMANZANA"),
    (("CENTRO", "COMERCIAL"), "CECO"),
    (("C", "C"), "CECO"),
    (("CENTRO", "POBLADO"), "CP"),
    (("AVENIDA", "CALLE"), "AC"),
    (("AVENIDA", "CARRERA"), "AK"),
)
"""Two words that are one. The first ones of a street in any of their spellings."""

STAGES = {
    word: number
    for number, words in enumerate(
        ("PRIMERA I", "SEGUNDA II", "TERCERA III", "CUARTA IV", "QUINTA V", "SEXTA VI",
         "SEPTIMA VII", "OCTAVA VIII", "NOVENA IX", "DECIMA X"), 1
    )
    for word in words.split()
}  # fmt: skip
"""Stages of a development as ordinals and Roman numbers."""

ORDINALS = frozenset(["A", "O", "RA", "DA", "TA", "MA", "VA", "NA", "DO", "ER", "RO", "TO"])
"""What follows a number to make an ordinal of it: ``2DO``, ``7A``."""

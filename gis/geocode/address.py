"""Addresses as values, and their normal form: one way to write each (``docs/direcciones.md``).

Texts in them are upper-case ASCII words with one space between: ``fold`` of what somebody wrote.
``print_address`` and :func:`gis.geocode.grammar.read` are inverse on every value made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class WayKind(StrEnum):
    """What kind of street it is: the code of the cadastral normal form."""

    CALLE = "CL"
    CARRERA = "KR"
    AVENIDA = "AV"
    AVENIDA_CALLE = "AC"
    AVENIDA_CARRERA = "AK"
    DIAGONAL = "DG"
    TRANSVERSAL = "TV"
    CIRCULAR = "CIR"
    CIRCUNVALAR = "CCV"
    AUTOPISTA = "AUTOP"
    PASAJE = "PJ"
    VIA = "VIA"
    VARIANTE = "VTE"


class Quadrant(StrEnum):
    """Side of the city that a street's number is counted on."""

    SUR = "SUR"
    NORTE = "NORTE"
    ESTE = "ESTE"
    OESTE = "OESTE"


@dataclass(frozen=True, slots=True)
class Way:
    """A street: numbered or named. ``kind`` None: the text does not say it, and none is usual."""

    kind: WayKind | None
    number: int | None = None
    suffix: str = ""
    """What follows the number: ``B``, ``BIS``, ``B BIS``, ``BIS A`` or ``B BIS A``."""
    quadrant: Quadrant | None = None
    name: str = ""
    """Of a street without number."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.named, self.quadrant)))

    @property
    def named(self) -> str:
        """Its number with what follows it, else its name."""
        if self.number is None:
            return self.name
        glue = "" if self.suffix[1:2] in ("", " ") else " "
        return f"{self.number}{glue}{self.suffix}" if self.suffix else str(self.number)


@dataclass(frozen=True, slots=True)
class Plate:
    """``KR 9 35 40``: on ``main``, ``number`` metres after ``cross``."""

    main: Way
    cross: Way
    """Its kind is None where it is the usual one: a calle across a carrera, and the reverse."""
    number: int
    quadrant: Quadrant | None = None
    """Written after the plate: which of both streets it is of only the network knows."""

    def __str__(self) -> str:
        words = (str(self.main), str(self.cross), str(self.number), self.quadrant)
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Crossing:
    """``CL 143 CON KR 10``: where two streets meet."""

    first: Way
    second: Way

    def __str__(self) -> str:
        return f"{self.first} CON {self.second}"


@dataclass(frozen=True, slots=True)
class Between:
    """``KR 3 ENTRE CL 11 Y CL 12``: on a street, between two others."""

    street: Way
    first: Way
    second: Way

    def __str__(self) -> str:
        return f"{self.street} ENTRE {self.first} Y {self.second}"


@dataclass(frozen=True, slots=True)
class Along:
    """``AV FERROCARRIL``: a street and nothing that says where on it."""

    street: Way

    def __str__(self) -> str:
        return str(self.street)


@dataclass(frozen=True, slots=True)
class Block:
    """``MZ C``: a block by its letter or number; house and stage are complements."""

    name: str
    superblock: bool = False

    def __str__(self) -> str:
        return f"{'SM' if self.superblock else 'MZ'} {self.name}"


@dataclass(frozen=True, slots=True)
class Kilometre:
    """``KM 4+800 VIA AL NEVADO``: so far along a road."""

    km: int
    metres: int
    road: str
    """As it is named after the distance; empty where the text does not."""

    def __str__(self) -> str:
        far = f"KM {self.km}+{self.metres}" if self.metres else f"KM {self.km}"
        return f"{far} {self.road}".strip()


class Word(Enum):
    """What a complement is: its code, how people read it, and whether its value is a name (else
    a number or a letter)."""

    BARRIO = ("BR", "Barrio", True)
    URBANIZACION = ("URB", "Urbanización", True)
    VEREDA = ("VDA", "Vereda", True)
    CORREGIMIENTO = ("CORR", "Corregimiento", True)
    COMUNA = ("COM", "Comuna", True)
    CENTRO_POBLADO = ("CP", "Centro poblado", True)
    SECTOR = ("SEC", "Sector", True)
    FINCA = ("FCA", "Finca", True)
    CONJUNTO = ("CONJ", "Conjunto", True)
    EDIFICIO = ("ED", "Edificio", True)
    CENTRO_COMERCIAL = ("CECO", "Centro comercial", True)
    LUGAR = ("", "", True)
    """Words with nothing before them that says what they are."""
    SUPERMANZANA = ("SM", "Supermanzana", False)
    MANZANA = ("MZ", "Manzana", False)
    ETAPA = ("ET", "Etapa", False)
    CASA = ("CA", "Casa", False)
    LOTE = ("LT", "Lote", False)
    TORRE = ("TO", "Torre", False)
    BLOQUE = ("BL", "Bloque", False)
    INTERIOR = ("IN", "Interior", False)
    APARTAMENTO = ("APTO", "Apartamento", False)
    PISO = ("PI", "Piso", False)
    LOCAL = ("LC", "Local", False)
    OFICINA = ("OF", "Oficina", False)
    CONSULTORIO = ("CONS", "Consultorio", False)
    BODEGA = ("BG", "Bodega", False)
    GARAJE = ("GJ", "Garaje", False)

    def __init__(self, code: str, label: str, is_name: bool) -> None:
        self.code = code
        self.label = label
        self.is_name = is_name


AREAS = (Word.VEREDA, Word.CENTRO_POBLADO, Word.CORREGIMIENTO, Word.BARRIO, Word.URBANIZACION,
         Word.SECTOR, Word.CONJUNTO, Word.COMUNA)  # fmt: skip
"""Complements that name a piece of the municipality."""


@dataclass(frozen=True, slots=True)
class Complement:
    """``BR GAITAN``, ``CA 12``, or words alone."""

    word: Word
    value: str

    def __str__(self) -> str:
        return f"{self.word.code} {self.value}".strip()


@dataclass(frozen=True, slots=True)
class Named:
    """``VDA CAY PARTE BAJA``: a place by its name, and nothing nearer."""

    place: Complement

    def __str__(self) -> str:
        return str(self.place)


Form = Plate | Crossing | Between | Along | Block | Kilometre | Named


@dataclass(frozen=True, slots=True)
class Address:
    """What an address says."""

    form: Form
    complements: tuple[Complement, ...] = ()

    def __str__(self) -> str:
        return print_address(self)

    def values(self, *words: Word) -> tuple[str, ...]:
        """The values of the complements of some kinds, as they come; a place named counts."""
        own = (self.form.place,) if isinstance(self.form, Named) else ()
        return tuple(c.value for c in (*own, *self.complements) if c.word in words)


def print_address(address: Address) -> str:
    """The normal form.

    >>> from gis.geocode.grammar import read
    >>> print_address(read("Cra. 9 # 35-40 B/ Gaitán").address)
    'KR 9 35 40, BR GAITAN'
    """
    return ", ".join((str(address.form), *map(str, address.complements)))


USUAL = {
    WayKind.CALLE: WayKind.CARRERA,
    WayKind.AVENIDA_CALLE: WayKind.CARRERA,
    WayKind.DIAGONAL: WayKind.CARRERA,
    WayKind.CARRERA: WayKind.CALLE,
    WayKind.AVENIDA_CARRERA: WayKind.CALLE,
    WayKind.TRANSVERSAL: WayKind.CALLE,
}
"""What crosses a street of each kind unless the text says otherwise."""

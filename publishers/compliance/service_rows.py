"""Rows that are proved by the ledger, by the catalogue, or by asking the running service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.access import Access
from gis.contract.derived import Register
from gis.publications import PUBLISHED, UNCHANGED
from gis.spelling import fold
from publishers.compliance.criteria import age_days, promised_days, scores, seal
from publishers.compliance.verdict import Verdict, failed, judged, met, not_applicable, unproved

if TYPE_CHECKING:
    from publishers.compliance.evidence import Evidence

STANDING = (PUBLISHED, UNCHANGED)
PORTAL = "socrata"
ALERT = 0.8
"""Share of the promised period from which it is time to look."""
HOW = "«sig dataset quality --probe» lo pregunta al servicio en marcha"


def harvestable(e: Evidence) -> Verdict:
    """Row 8. The CSW has this record, and as many as the catalogue shows."""
    if e.harvest is None:
        return unproved("El servicio CSW no está en marcha o nadie le ha preguntado aún")
    if e.record.identifier not in e.harvest:
        return failed("El registro no está en el CSW")
    if len(e.harvest) != e.shown:
        return failed(f"El CSW tiene {len(e.harvest)} registros y el catálogo {e.shown}")
    return met(f"en el CSW, con los {e.shown} del catálogo, y en /api/records")


def conformant(e: Evidence) -> Verdict:
    """Row 9. Conformance is proved class by class before each release, not here."""
    return unproved("Lo prueban tests/api/test_conformance.py y los demás al entregar cada versión")


def well_behaved(e: Evidence) -> Verdict:
    """Row 10. Asked of the running service."""
    return _probed(e, {
        "content-crs": "items dice Content-Crs",
        "bad-limit": "un limit que no es número es 400",
        "unknown-parameter": "un parámetro que no existe es 400",
        "limit-schema": "limit se describe con mínimo, máximo y valor por defecto",
    })  # fmt: skip


def on_portal(e: Evidence) -> Verdict:
    """Row 11. The last publication to the national portal stands, whole."""
    targets = {name for name, kind in e.kinds.items() if kind == PORTAL}
    found = [p for p in e.ledger if p.target in targets]
    if not found:
        return unproved("No se ha publicado en datos.gov.co desde esta instalación")
    last = found[0]
    if last.result not in STANDING:
        return failed(f"La última publicación quedó {last.result}: {last.reason or last.code}")
    if last.feature_count is not None and last.feature_count != e.record.feature_count:
        return failed(f"Allá hay {last.feature_count} filas y aquí {e.record.feature_count}")
    return met(f"publicado el {last.finished_at:%Y-%m-%d}, {last.feature_count} filas: "
               f"{last.address}")  # fmt: skip


def idempotent(e: Evidence) -> Verdict:
    """Row 12. What stands in each place is this changeset and declaration: nothing would leave."""
    last = {p.target: p for p in reversed(e.ledger) if p.result in STANDING}
    own = [p for p in last.values() if e.kinds.get(p.target) == "estatico"]
    if not own:
        return unproved("El libro no tiene una publicación que compare")
    behind = [
        f"en «{p.target}» está otro estado" for p in own
        if (p.changeset, p.fingerprint) != (e.record.changeset, e.record.fingerprint)
    ]  # fmt: skip
    return judged(behind, "el cambio y la declaración publicados son los del registro: publicar "
                          "otra vez no envía nada")  # fmt: skip


def up_to_date(e: Evidence) -> Verdict:
    """Row 15. Published within the period that the contract promises."""
    days, age = promised_days(e), age_days(e)
    if days is None:
        return not_applicable(f"Frecuencia «{e.record.frequency_label}»: no promete un periodo")
    if age > days:
        return failed(f"{age} días sin publicar; prometidos {days}")
    near = "; pronto vence" if age >= ALERT * days else ""
    return met(f"{age} días de {days}{near}")


def criteria(e: Evidence) -> Verdict:
    """Row 16. The 17 are computed. What keeps the seal away is said here unless another row says
    it: age (15), licence (14), measures that block (7, 20 and 27)."""
    found = scores(e)
    reached = seal(e, found)
    mean = sum(score.value for score in found) / len(found)
    told = f"promedio {mean:.1f} de 10".replace(".", ",") + f"; {reached.name}"
    lacks = ", ".join(reached.next_lacks)
    if reached.level:
        return met(f"{told}; para el siguiente falta {lacks}")
    blocked = any(m.passed is False and m.blocking for m in e.record.quality.measures)
    own = ["Completitud", *(["Consistencia"] if not blocked else [])]
    if promised_days(e) is None:
        own.append("Actualidad")
    if any(name.startswith(tuple(own)) for name in reached.next_lacks):
        return failed(f"{told}: falta {lacks}")
    return met(f"{told}, por otra fila: {lacks}")


def registered(e: Evidence) -> Verdict:
    """Row 19. The registers of law are published, and this layer is in them."""
    if Register.ASSETS not in e.registers:
        return unproved("El registro de activos de información no se ha publicado")
    faults = []
    if not _named(e, Register.ASSETS):
        faults.append("la capa no está en el registro de activos")
    withheld = [f.name for f in e.layer.fields if f.access is not Access.PUBLICA]
    if withheld and not _named(e, Register.WITHHELD):
        faults.append("lo que no es público no está en el índice de información clasificada")
    told = f"; {len(withheld)} campos en el índice" if withheld else ""
    return judged(faults, f"en el registro de activos{told}")


def accessible(e: Evidence) -> Verdict:
    """Row 21. A scan finds part of it; the rest is a person's work."""
    return unproved("Una parte la prueban tests/web al entregar cada versión; falta la revisión "
                    "manual con lector de pantalla")  # fmt: skip


def identity(e: Evidence) -> Verdict:
    """Row 22. The bar, the foot and the statement are on the page."""
    return _probed(e, {
        "govco-bar": "la página tiene la barra GOV.CO",
        "footer": "el pie dice la entidad",
        "statement": "el pie lleva a la declaración de accesibilidad",
    })  # fmt: skip


def secure(e: Evidence) -> Verdict:
    """Row 23. Headers of the running service; TLS where it is served with it."""
    return _probed(e, {
        "nosniff": "X-Content-Type-Options",
        "csp": "Content-Security-Policy",
        "tls": "se sirve por HTTPS",
    })  # fmt: skip


def disclaimed(e: Evidence) -> Verdict:
    """Row 24. The legal note goes with the data in every document, and is on the page and API."""
    if not e.record.notice:
        return not_applicable("La declaración no tiene advertencia")
    text = e.record.notice.split("&", maxsplit=1)[0].split("<", maxsplit=1)[0].strip().encode()
    without = [name for name in ("iso19115-3.xml", "iso19139.xml", "dcat.jsonld")
               if text not in e.documents.get(name, b"")]  # fmt: skip
    if without:
        return failed(f"no la dicen {', '.join(without)}")
    return _probed(e, {
        "notice-page": "la página la dice",
        "notice-api": "la descripción de la colección la dice",
    })  # fmt: skip


def traceable(e: Evidence) -> Verdict:
    """Row 25. The publication in force is in the ledger with who, when, what and the chain."""
    found = [p for p in e.ledger if p.changeset == e.record.changeset and p.result in STANDING]
    if not found:
        return failed("El libro no tiene la publicación de este estado")
    entry = found[0]
    known = {"cuándo": entry.finished_at, "huella": entry.fingerprint, "archivos": entry.files,
             "cadena": entry.chain_head}  # fmt: skip
    faults = [f"falta: {name}" for name, value in known.items() if not value]
    if not e.record.steps:
        faults.append("el registro no dice los cambios de la capa")
    return judged(faults, f"publicación {entry.id}: fecha, huella, {len(entry.files)} archivos con "
                          f"SHA-256 y cadena {entry.chain_head[:12]}")  # fmt: skip


def recoverable(e: Evidence) -> Verdict:
    """Row 26. An earlier state can be put back, once there was one."""
    states = {p.changeset for p in e.ledger if p.result == PUBLISHED}
    if len(states) <= 1:
        return not_applicable("Es la primera publicación: no hay una anterior")
    if not e.earlier:
        return failed("No queda entera ninguna versión anterior")
    return met(f"{len(e.earlier)} versiones anteriores, enteras")


def _probed(e: Evidence, wanted: dict[str, str]) -> Verdict:
    """Met when each thing was seen; unproved when nobody looked, failed when one was not so."""
    if e.probe is None:
        return unproved(f"Nadie lo ha mirado: {HOW}")
    faults = [f"{told}: {e.probe.found[name]}" for name, told in wanted.items()
              if e.probe.found.get(name, "sí") not in ("sí", "sin mirar")]  # fmt: skip
    if faults:
        return failed("; ".join(faults))
    unseen = [told for name, told in wanted.items() if e.probe.found.get(name) != "sí"]
    when = f"mirado en {e.probe.address} el {e.probe.at[:10]}"
    if unseen:
        return unproved(f"Sin mirar: {', '.join(unseen)} ({when})")
    return met(f"{'; '.join(wanted.values())} ({when})")


def _named(e: Evidence, register: Register) -> bool:
    text = fold(e.registers.get(register, ""))
    return any(fold(name) in text for name in (e.layer.name, e.layer.title))

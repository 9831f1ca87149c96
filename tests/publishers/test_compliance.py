"""The table of compliance: nothing red for a sound dataset; one row red for each thing spoiled."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api import compliance as wired
from api.probes import probe
from gis.contract import CLASIFICADA, Geometry
from gis.contract.derived import Aggregate, Counted, Period, Register
from gis.contract.questions import Network
from gis.publications import FAILED, publications
from gis.quality import Measure
from publishers.compliance import Evidence, Probe, Status, assess, gather
from publishers.compliance.criteria import scores, seal
from publishers.compliance.kept import earlier_versions, version_in_force
from publishers.publish import publish
from publishers.targets import estatico
from tests.publishers.city import CATALOG, ENTITY, PERSONAL, ZONES, City
from tests.publishers.site import DATASETS, Site, publish_all, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.databases import Server

SEEN = dict.fromkeys(
    (
        "content-crs", "bad-limit", "unknown-parameter", "limit-schema", "govco-bar", "footer",
        "statement", "nosniff", "csp", "tls", "notice-page", "notice-api",
    ),
    "sí",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(
    server: Server, city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The city published, its trees twice."""
    with server.database(city_template) as database:
        home = tmp_path_factory.mktemp("compliance") / "sig"
        city = City(database.engine, database.reader, home, {})
        city.fill()
        publish_all(city)
        city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
        for dataset in ("arboles", "arboles_altos"):
            publish(city.order(dataset))
        with served(database, city) as running:
            yield running


def evidence_of(site: Site, dataset: str, **more: Any) -> Evidence:
    root = site.city.home / "catalogo"
    record = estatico.read_record(root, dataset)
    assert record is not None
    records = estatico.read_records(root)
    with site.city.engine.connect() as conn:
        ledger = publications(conn, dataset=dataset)
    given: dict[str, Any] = {
        "now": record.modified + timedelta(hours=1),
        "ledger": ledger,
        "earlier": earlier_versions(root, dataset),
        "harvest": frozenset(one.identifier for one in records),
        "records": records,
        "registers": {Register.ASSETS: "arboles", Register.WITHHELD: "arboles"},
        "look": lambda path: (),
        "probe": Probe("2026-03-05T00:00:00", "https://datos.villa.example", SEEN),
    }
    folder = version_in_force(root, dataset)
    return gather(CATALOG, record, folder, **(given | more))


@pytest.fixture(scope="module")
def trees(site: Site) -> Evidence:
    return evidence_of(site, "arboles")


def red(e: Evidence) -> set[int]:
    return {row.number for row in assess(e).rows if row.status is Status.FAILED}


def test_a_sound_dataset_has_no_red_row_and_says_what_is_unproved(trees: Evidence) -> None:
    table = assess(trees)
    assert red(trees) == set()
    assert [row.number for row in table.rows] == list(range(1, 29))
    unproved = {row.number for row in table.rows if row.status is Status.UNPROVED}
    assert unproved == {9, 11, 21}
    assert all(row.evidence for row in table.rows)
    assert table.seal.level == 1
    assert len(table.criteria) == 17


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_shape_of_dataset_is_assessed(site: Site, dataset: str) -> None:
    table = assess(evidence_of(site, dataset))
    json.dumps(table.as_dict())
    assert len(table.rows) == 28
    spatial = {1, 2, 20}
    skipped = {row.number for row in table.rows if row.status is Status.NOT_APPLICABLE}
    assert spatial <= skipped if dataset == "cursos" else not spatial & skipped


def test_nothing_is_proved_where_nobody_looked(site: Site) -> None:
    """Whoever brings no proof of the service, the portal or the content gets none."""
    blind = evidence_of(site, "arboles", harvest=None, look=None, probe=None, registers={})
    unproved = {row.number for row in assess(blind).rows if row.status is Status.UNPROVED}
    assert unproved == {8, 9, 10, 11, 17, 19, 21, 22, 23, 24}
    assert red(blind) == set()


# -------------------------------------------------------------------- one thing spoiled at a time


def record(**values: Any) -> Callable[[Evidence], Evidence]:
    return lambda e: replace(e, record=replace(e.record, **values))


def shapes(**values: Any) -> Callable[[Evidence], Evidence]:
    return lambda e: replace(e, shapes=replace(e.shapes, **values))  # type: ignore[type-var]


def table(**values: Any) -> Callable[[Evidence], Evidence]:
    return lambda e: replace(e, table=replace(e.table, **values))  # type: ignore[type-var]


def document(ending: str, old: str, new: str) -> Callable[[Evidence], Evidence]:
    def spoil(e: Evidence) -> Evidence:
        text = e.documents[ending].decode()
        assert old in text
        return replace(e, documents={**e.documents, ending: text.replace(old, new).encode()})

    return spoil


def measured(id: str, value: float, field: str = "") -> Callable[[Evidence], Evidence]:
    """The measure gives ``value``, and does not pass."""

    def change(e: Evidence) -> Evidence:
        found = tuple(
            replace(m, value=value, passed=value == 0) if (m.id, m.field) == (id, field) else m
            for m in e.record.quality.measures
        )
        assert found != e.record.quality.measures
        return replace(
            e, record=replace(e.record, quality=replace(e.record.quality, measures=found))
        )

    return change


def entry(**values: Any) -> Callable[[Evidence], Evidence]:
    """The newest publication in the ledger says something else."""
    return lambda e: replace(e, ledger=(replace(e.ledger[0], **values), *e.ledger[1:]))


def seen(name: str, what: str = "no") -> Callable[[Evidence], Evidence]:
    return lambda e: replace(e, probe=Probe("2026-03-05", "http://x", {**SEEN, name: what}))


def on_portal(**values: Any) -> Callable[[Evidence], Evidence]:
    """The dataset stands on the national portal, as ``values`` say."""

    def add(e: Evidence) -> Evidence:
        there = replace(e.ledger[0], target="datos.gov.co", **values)
        return replace(e, ledger=(there, *e.ledger), kinds={**e.kinds, "datos.gov.co": "socrata"})

    return add


def counted(least: float) -> Callable[[Evidence], Evidence]:
    """It is an aggregated dataset whose smallest cell tells ``least`` cases."""
    counting = Aggregate("sembrado", Period.YEAR, ("especie",), k=10)

    def change(e: Evidence) -> Evidence:
        assert e.table is not None
        layer = replace(e.layer, derived=Counted("arboles", "", counting))
        return replace(e, layer=layer, table=replace(e.table, least=least))

    return change


def outside_the_extent(e: Evidence) -> Evidence:
    """Measures that nothing else says are not met, so many that consistency is lost."""
    found = tuple(
        m if m.blocking or m.passed is None else replace(m, passed=False)
        for m in e.record.quality.measures
    )
    return replace(e, record=replace(e.record, quality=replace(e.record.quality, measures=found)))


SPOILED: dict[str, tuple[int, Callable[[Evidence], Evidence]]] = {
    "GeoPackage in another CRS": (1, shapes(package_crs="EPSG:3116")),
    "features that are elsewhere in the GeoPackage": (1, shapes(apart_m=1.2)),
    "a library that does not know the projection": (1, lambda e: replace(e, origin_error_m=2.0)),
    "a CRS that the record does not list": (
        2, document("iso19115-3.xml", "EPSG/0/9377\"", "EPSG/0/3116\"")
    ),
    "a record without lineage": (3, document("iso19115-3.xml", "mrl:statement", "mrl:nada")),
    "a record that the schemas refuse": (3, lambda e: replace(e, schema_faults=("línea 3",))),
    "fewer rows than said": (4, table(rows=2)),
    "features beyond the box": (4, shapes(bounds=(-75.3, 4.43, -75.2, 4.4389))),
    "a box of other data": (
        4, document("iso19115-3.xml", "<gco:Decimal>-75.2322000<", "<gco:Decimal>-75.9322000<")
    ),
    "a field that is not catalogued": (
        5, document("iso19110.xml", ">especie</gfc:memberName", ">otra</gfc:memberName")
    ),
    "nothing to deliver": (6, lambda e: e),
    "duplicates": (7, measured("4", 3)),
    "a report with fewer measures": (7, document("iso19157.xml", "mdq:report>", "mdq:nada>")),
    "not in the CSW": (8, lambda e: replace(e, harvest=frozenset({"otro"}))),
    "more in the CSW than in the catalogue": (8, lambda e: replace(e, shown=3)),
    "no Content-Crs": (10, seen("content-crs")),
    "a publication to the portal that failed": (11, on_portal(result=FAILED, reason="401")),
    "other rows on the portal": (11, on_portal(feature_count=2)),
    "another state in force": (12, entry(fingerprint="otra")),
    "no CSV among the files": (
        13, lambda e: replace(e, data_json={**e.data_json, "distribution": []})
    ),
    "a file that is gone": (13, lambda e: replace(e, missing=("arboles.csv",))),
    "a licence that a document does not say": (
        14, document("iso19139.xml", "creativecommons.org/licenses/by/4.0", "example.org")
    ),
    "three months without publishing": (
        15, lambda e: replace(e, now=e.now + timedelta(days=90))
    ),
    "half the mandatory cells empty": (16, table(empty={"codigo": 2})),
    "a column that is not public": (17, table(columns=("codigo", "telefono"))),
    "somebody's name in a file": (17, lambda e: replace(e, personal=("fila 3: un nombre",))),
    "a cell of three persons": (18, counted(3)),
    "not in the register": (19, lambda e: replace(e, registers={Register.ASSETS: "otras"})),
    "not in the index of what is withheld": (
        19, lambda e: replace(e, registers={Register.ASSETS: "arboles"})
    ),
    "three dimensions": (20, shapes(depth=3)),
    "mixed geometries": (20, shapes(kinds=frozenset({"Point", "Polygon"}))),
    "no GOV.CO bar": (22, seen("govco-bar")),
    "no security policy": (23, seen("csp")),
    "a legal note that the API does not say": (24, seen("notice-api")),
    "a publication without its chain": (25, entry(chain_head="")),
    "no earlier version kept": (26, lambda e: replace(e, earlier=())),
    "no period promised, which leaves it without seal": (16, record(frequency="asNeeded")),
    "features out of the extent": (16, outside_the_extent),
    "a value outside its list": (27, measured("18", 0.1, "especie")),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_one_thing_spoiled_turns_its_row_red_and_no_other(
    trees: Evidence, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, spoil = SPOILED[what]
    if what == "nothing to deliver":
        from publishers import iso19131

        monkeypatch.setattr(iso19131, "_delivery", lambda record: iter(()))
    assert red(spoil(trees)) == {number}


def test_every_row_that_can_be_proved_here_is_spoiled_by_some_test() -> None:
    only_elsewhere = {9, 21}
    reported = {28}
    assert {number for number, _ in SPOILED.values()} | only_elsewhere | reported == set(
        range(1, 29)
    )


def test_a_row_that_holds_again_is_met(trees: Evidence) -> None:
    for number, change in ((11, on_portal()), (18, counted(10))):
        assert assess(change(trees)).row(number).status is Status.MET


def test_roads_say_their_topology_or_that_it_was_not_measured(trees: Evidence) -> None:
    lines = replace(
        ZONES, geometry=Geometry("MultiLineString"), network=Network("codigo"), datasets=()
    )
    roads = replace(trees, layer=lines)
    assert assess(roads).row(28).status is Status.UNPROVED
    ends = tuple(
        Measure(id, "DQ_TopologicalConsistency", "Extremos", 3, "count", note="0,5 m")
        for id in ("23", "24")
    )
    quality = replace(roads.record.quality, measures=(*roads.record.quality.measures, *ends))
    told = replace(roads, record=replace(roads.record, quality=quality))
    assert assess(told).row(28).status is Status.MET


# ------------------------------------------------------------------------------------ the criteria


def test_each_criterion_is_between_0_and_10_and_says_from_what(trees: Evidence) -> None:
    found = scores(trees)
    assert [score.number for score in found] == list(range(1, 18))
    assert all(0 <= score.value <= 10 and score.evidence for score in found)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("Actualidad", lambda e: replace(e, now=e.now + timedelta(days=90))),
        ("Completitud", table(empty={"codigo": 3})),
        ("Conformidad", measured("18", 0.5, "especie")),
        ("Confidencialidad", lambda e: replace(e, personal=("un nombre",))),
        ("Consistencia", measured("4", 2)),
        ("Disponibilidad", lambda e: replace(e, missing=("arboles.csv",))),
        ("Exactitud", measured("16", 2)),
        ("Precisión", table(totals=1)),
        ("Recuperabilidad", lambda e: replace(e, earlier=())),
        ("Unicidad", table(duplicates=2)),
        ("Trazabilidad", record(steps=())),
        ("Credibilidad", record(lineage="")),
        ("Comprensibilidad", lambda e: replace(e, record=replace(
            e.record, variables=tuple(replace(v, definition="") for v in e.record.variables)))),
    ],
)  # fmt: skip
def test_what_is_worse_scores_less(
    trees: Evidence, name: str, spoil: Callable[[Evidence], Evidence]
) -> None:
    def value(e: Evidence) -> float:
        return next(score.value for score in scores(e) if score.name == name)

    assert value(spoil(trees)) < value(trees)


def test_the_seal_falls_with_what_it_asks(trees: Evidence) -> None:
    def level(e: Evidence) -> int:
        return seal(e, scores(e)).level

    assert level(trees) == 1
    assert level(replace(trees, now=trees.now + timedelta(days=90))) == 0
    assert level(record(license="https://example.org/cerrada")(trees)) == 0
    assert level(table(empty={"codigo": 2})(trees)) == 0


# ------------------------------------------------------------------------------- pages and service


def test_the_page_and_its_json_say_every_row(site: Site) -> None:
    page = site.get("/datos/arboles/cumplimiento").text
    document = site.get("/datos/arboles/cumplimiento?f=json").json()
    assert [row["number"] for row in document["rows"]] == list(range(1, 29))
    for row in document["rows"]:
        assert row["requirement"] in page.replace("&#39;", "'")
    assert document["seal"]["level"] in (0, 1)
    assert "sin probar" in page
    assert '/datos/arboles/cumplimiento"' in site.get("/datos/arboles").text


def test_probing_the_service_proves_its_rows(site: Site) -> None:
    found = estatico.read_record(site.city.home / "catalogo", "arboles")
    assert found is not None
    seen_now = probe(site.address, ENTITY, found)
    assert {name: what for name, what in seen_now.found.items() if what != "sí"} == {
        "tls": "sin mirar",
        "statement": seen_now.found["statement"],
    }
    wired.keep_probe(site.city.home, "arboles", seen_now)
    rows = site.get("/datos/arboles/cumplimiento?f=json").json()["rows"]
    status = {row["number"]: row["status"] for row in rows}
    assert status[10] == "cumple"
    assert status[24] == "cumple"
    assert status[23] == "sin probar", "TLS is not there to be seen"


@pytest.mark.parametrize("name", ["especificacion", "catalogo-de-objetos", "calidad"])
@pytest.mark.parametrize("dataset", DATASETS)
def test_documents_for_people_are_whole(site: Site, dataset: str, name: str) -> None:
    answer = site.get(f"/datos/{dataset}/{name}")
    assert answer.status_code == 200
    assert "None" not in answer.text
    assert not any(value in answer.text for value in (*PERSONAL, "cuidador"))
    assert site.get(f"/datos/nada/{name}").status_code == 404


def test_the_specification_has_its_twelve_sections_and_comes_on_paper(site: Site) -> None:
    page = site.get("/datos/arboles/especificacion").text
    assert page.count("<section>") == 12
    paper = site.get("/datos/arboles/especificacion?f=pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_the_quality_report_is_json_too(site: Site) -> None:
    report = site.get("/datos/arboles/calidad?f=json").json()
    assert report["feature_count"] == 3
    assert all(measure["element"].startswith("DQ_") for measure in report["measures"])


def test_what_is_less_public_now_has_no_documents(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ZONES.geometry is not None
    stricter = replace(ZONES, geometry=replace(ZONES.geometry, access=CLASIFICADA, coarsen_m=500.0))
    monkeypatch.setitem(CATALOG.layers, "zonas_verdes", stricter)
    for name in ("especificacion", "catalogo-de-objetos", "calidad", "cumplimiento"):
        assert site.get(f"/datos/zonas_verdes/{name}").status_code == 404


def test_time_passing_alone_makes_it_late(site: Site) -> None:
    names = {Register.ASSETS: "cursos"}
    late = evidence_of(site, "cursos", now=datetime.now(UTC) + timedelta(days=30), registers=names)
    assert red(late) == {3, 15}, "and it declares no purpose, which the profile asks for"

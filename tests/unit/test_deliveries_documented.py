"""docs/entregas.md explains what a delivery can meet: every rule, every repair, their measures."""

from __future__ import annotations

import re
from pathlib import Path

from gis.conform import CHECKS, REPAIRS, measure_of
from gis.contract import privacy_rules, row_rules, spatial_rules

DOCUMENT = (Path(__file__).parents[2] / "docs" / "entregas.md").read_text(encoding="utf-8")
EXPLAINED = dict(re.findall(r"^\| `([a-z][a-z0-9_-]*)` \| (.+?) \|", DOCUMENT, re.MULTILINE))


def test_every_rule_and_repair_is_explained_and_no_other() -> None:
    assert set(EXPLAINED) == set(CHECKS) | set(REPAIRS)


def test_every_rule_states_its_measure() -> None:
    for rule in CHECKS:
        said = re.search(r"medida (\d+)", EXPLAINED[rule])
        assert (int(said[1]) if said else None) == measure_of(rule), rule


def test_every_rule_a_layer_can_declare_is_in_the_catalogue() -> None:
    for module in (row_rules, spatial_rules, privacy_rules):
        for value in vars(module).values():
            if isinstance(value, type) and hasattr(value, "check"):
                assert CHECKS[value.id].measure == value.measure


def test_no_rule_is_emitted_that_the_catalogue_lacks() -> None:
    root = Path(__file__).parents[2] / "gis"
    for path in [*root.glob("conform/*.py"), *root.glob("sources/*.py")]:
        text = path.read_text(encoding="utf-8")
        emitted = re.findall(r'(?:found\.rows|found\.whole|Finding)\(\s*"([a-z0-9-]+)"', text)
        assert set(emitted) <= set(CHECKS), path.name

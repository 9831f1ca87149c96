"""Plans: what leaves, what does not, and why. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gis.quality import Measure
from publishers.guards import LETTABLE, facts
from publishers.plan import Action, Plan, Situation, make_plan
from publishers.targets.protocol import Standing
from tests.publishers.city import ENTITY
from tests.publishers.records import a_record, declared, published

RECORD = a_record()
STANDING = Standing(7, RECORD.fingerprint, {d.file: d.sha256 for d in RECORD.distributions}, "")
TEST, OFFICIAL, _ = ENTITY.targets


def situation(**values: Any) -> Situation:
    layer, dataset = declared()
    given: dict[str, Any] = {
        "layer": layer,
        "dataset": dataset,
        "account": TEST,
        "record": RECORD,
        "last": None,
    }
    return Situation(**(given | values))


def plan_of(**values: Any) -> Plan:
    return make_plan(situation(**values))


def test_first_time_publishes() -> None:
    found = plan_of()
    assert (found.action, found.changeset, found.previous) == (Action.PUBLISH, 7, None)


def test_the_same_changeset_and_contract_need_nothing() -> None:
    found = plan_of(last=published(RECORD), standing=STANDING)
    assert found.action is Action.NOTHING


def test_a_newer_changeset_publishes() -> None:
    found = plan_of(last=published(RECORD, changeset=6), standing=STANDING)
    assert (found.action, found.previous) == (Action.PUBLISH, 6)


def test_another_contract_publishes() -> None:
    found = plan_of(last=published(RECORD, fingerprint="otra"), standing=STANDING)
    assert found.action is Action.PUBLISH
    assert "declaración" in found.reason


def test_what_the_target_lost_is_published_again() -> None:
    found = plan_of(last=published(RECORD), standing=None)
    assert found.action is Action.PUBLISH


def test_what_was_changed_there_is_refused_unless_forced() -> None:
    other = replace(STANDING, sha256s={"arboles.csv": "0" * 64})
    found = plan_of(last=published(RECORD), standing=other)
    assert (found.action, found.code) == (Action.REFUSE, "target-drifted")
    forced = plan_of(last=published(RECORD), standing=other, force=True)
    assert forced.action is Action.PUBLISH


def test_force_sends_again() -> None:
    found = plan_of(last=published(RECORD), standing=STANDING, force=True)
    assert found.action is Action.PUBLISH


def empty() -> Any:
    return replace(RECORD, feature_count=0)


def failing() -> Any:
    bad = Measure("26", "DQ_T", "Cruces", 2, "count", passed=False, blocking=True)
    return replace(RECORD, quality=replace(RECORD.quality, measures=(bad,)))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"record": None}, "empty"),
        ({"record": empty()}, "empty"),
        ({"record": a_record(demonstration=True), "account": OFFICIAL}, "demonstration"),
        ({"record": failing()}, "quality"),
        ({"account": replace(TEST, name="otro")}, "not-declared"),
    ],
)
def test_guards_refuse_whatever_the_ledger_says(values: dict[str, Any], code: str) -> None:
    for last in (None, published(RECORD)):
        found = plan_of(**values, last=last, standing=STANDING, force=True)
        assert (found.action, found.code) == (Action.REFUSE, code)
        assert found.reason


def test_a_field_that_is_not_public_can_never_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, _ = declared()
    monkeypatch.setattr("publishers.guards.published_fields", lambda *_: layer.fields)
    found = plan_of()
    assert (found.action, found.code) == (Action.REFUSE, "private-field")
    assert "cuidador" in found.reason
    assert "telefono" in found.reason


def test_demonstration_goes_to_a_test_target() -> None:
    assert plan_of(record=a_record(demonstration=True)).action is Action.PUBLISH


def test_what_deserves_attention_is_said() -> None:
    assert any("sin geometría" in warning for warning in plan_of().warnings)


def test_a_plan_is_json() -> None:
    assert plan_of().as_dict()["action"] == "publicar"


def before(**values: Any) -> Any:
    """What was published last, as the ledger keeps it."""
    given = {"fields": facts(RECORD)["fields"], "geometry": "Point", "bbox": list(RECORD.bbox)}
    count = values.pop("feature_count", RECORD.feature_count)
    return published(RECORD, changeset=6, feature_count=count, facts=given | values)


FIELDS = facts(RECORD)["fields"]
GUARDED = [
    ({"feature_count": 4}, "removes"),
    ({"fields": FIELDS | {"altura_m": "text"}}, "type-changed"),
    ({"geometry": "MultiPolygon"}, "type-changed"),
    ({"bbox": [-75.5, 4.3, -75.0, 4.7]}, "extent-shrunk"),
    ({"fields": {k: v for k, v in FIELDS.items() if k != "altura_m"}}, "new-field"),
]


@pytest.mark.parametrize(("values", "code"), GUARDED)
def test_what_was_published_guards_what_comes(values: dict[str, Any], code: str) -> None:
    found = plan_of(last=before(**values), standing=STANDING, force=True)
    assert (found.action, found.code) == (Action.REFUSE, code)


@pytest.mark.parametrize(("values", "code"), GUARDED)
def test_a_person_lets_a_guard_pass_and_the_reason_stays(values: dict[str, Any], code: str) -> None:
    reason = "Depuración del censo, acta 12"
    found = plan_of(last=before(**values), standing=STANDING, let_pass=((code, reason),))
    assert found.action is Action.PUBLISH
    assert [(guard.code, guard.let_pass) for guard in found.let_pass] == [(code, reason)]


def test_letting_one_guard_pass_keeps_the_others() -> None:
    last = before(feature_count=40, fields={})
    found = plan_of(last=last, standing=STANDING, let_pass=(("removes", "acta 12"),))
    assert (found.action, found.code) == (Action.REFUSE, "new-field")


@pytest.mark.parametrize("code", ["empty", "not-declared", "demonstration", "private-field"])
def test_some_guards_nobody_lets_pass(code: str) -> None:
    assert code not in LETTABLE


def test_a_small_change_passes_by_itself() -> None:
    found = plan_of(last=before(), standing=STANDING)
    assert (found.action, found.guards) == (Action.PUBLISH, ())


def test_the_share_that_may_go_is_the_entitys() -> None:
    last = before(feature_count=4)
    assert plan_of(last=last, standing=STANDING, max_removed=0.3).action is Action.PUBLISH

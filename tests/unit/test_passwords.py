"""What a password is worth, and what a grant covers."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from api.forms import local_path
from gis.accounts import ANY, Action, Grant, passwords
from gis.errors import InvalidRequest


def test_passwords_are_argon2id_with_64_mib_at_least() -> None:
    hashed = passwords.hash_password("tres tigres en un trigal")
    found = extract_parameters(hashed)
    assert found.type.name == "ID"
    assert found.memory_cost >= 64 * 1024
    assert found.time_cost >= 3
    assert passwords.verify(hashed, "tres tigres en un trigal")
    assert not passwords.verify(hashed, "tres tigres en un trigo")
    assert not passwords.is_outdated(hashed)
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=256).hash("x"))


def test_the_same_letters_typed_otherwise_are_the_same_password() -> None:
    composed, decomposed = "Ibagu\u00e9 de mis amores", "Ibague\u0301 de mis amores"
    assert passwords.verify(passwords.hash_password(composed), decomposed)


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not passwords.verify("no es una huella", "clave")


@pytest.mark.parametrize(
    "text", ["", "corta", "a" * 40, "123456789012", "con ana por dentro", "x y" * 200]
)
def test_an_unfit_password_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        passwords.check_fit(text, "ana")


grants = st.builds(
    Grant,
    st.sampled_from([ANY, "a", "b"]),
    st.sampled_from([ANY, "x", "y"]),
    st.sampled_from(Action),
)


@given(grants, grants)
def test_what_both_allow_is_in_each(one: Grant, other: Grant) -> None:
    both = one.meet(other)
    assert both == other.meet(one)
    if both is not None:
        assert both.meet(one) == both == both.meet(other)


@given(st.text())
def test_the_way_on_is_a_plain_path_or_nothing(text: str) -> None:
    for address in (text, "/" + text):
        found = local_path(address, "otherwise")
        if found != "otherwise":
            assert found[0] == "/"
            assert found[1:2] not in ("/", "\\")
            assert found.isascii()
            assert found.isprintable()

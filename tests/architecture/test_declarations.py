"""A layer is declared, not programmed; and nothing else knows it by name."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import layers

ROOT = Path(__file__).parents[2]
DECLARATIONS = sorted(layers.FOLDER.glob("*.py"))
ENTITIES = sorted(layers.FOLDER.glob("_entities/*.toml"))
LAYERS = frozenset(path.stem for path in layers.FOLDER.glob("[!_]*.py"))
PROGRAMS = sorted(
    path
    for pattern in ("gis/**/*", "publishers/**/*", "api/**/*", "web/src/**/*", "web/index.html")
    for path in ROOT.glob(pattern)
    if path.suffix in {".py", ".sql", ".html", ".ts", ".js", ".css", ".toml", ".json", ".xml"}
)
VALUES = (
    ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Call,
    ast.keyword, ast.Load, ast.Starred, ast.UnaryOp, ast.USub, ast.BinOp, ast.Add, ast.Mult,
    ast.Div, ast.Sub, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip
RULE_FUNCTION_LINES = 25


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DECLARATIONS, ids=named)
def test_declarations_hold_imports_values_and_rule_functions(path: Path) -> None:
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        if isinstance(statement, ast.FunctionDef):
            assert len(ast.unparse(statement).splitlines()) <= RULE_FUNCTION_LINES
            assert not any(
                isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(statement)
            )
            continue
        assert isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr), ast.unparse(statement)
        value = statement.value
        assert value is not None
        strangers = [node for node in ast.walk(value) if not isinstance(node, VALUES)]
        assert not strangers, [ast.unparse(node) for node in strangers]


@pytest.mark.parametrize("path", [p for p in DECLARATIONS if p.name[0] != "_"], ids=named)
def test_a_file_declares_one_layer(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    assert names.count("LAYER") == 1


def words(path: Path) -> set[str]:
    """Every word of a file that could name something."""
    return set(re.findall(r"[a-z0-9_]+", path.read_text(encoding="utf-8").lower()))


@pytest.mark.parametrize("path", PROGRAMS, ids=named)
def test_no_program_names_a_layer(path: Path) -> None:
    if path.suffix == ".py":
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
        assert not texts & LAYERS
    else:
        quoted = set(re.findall(r"""["'`]([a-z0-9_]+)["'`]""", path.read_text(encoding="utf-8")))
        assert not quoted & LAYERS
    # A name of several words is nobody's but the layer's, wherever it stands.
    assert not words(path) & {name for name in LAYERS if "_" in name}


@pytest.mark.parametrize("path", PROGRAMS, ids=named)
def test_no_program_names_a_municipality(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    for entity in ENTITIES:
        declared = tomllib.loads(entity.read_text(encoding="utf-8"))
        for name in (declared["municipality"], declared["department"], declared["divipola"]):
            assert not re.search(rf"\b{re.escape(name.lower())}\b", text), name
        assert entity.stem not in words(path)

"""recount.py goes to machines we know nothing of: one file, the standard library, old Pythons."""

import ast
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "recount" / "recount.py"
YOUNGER_THAN_3_9 = {"pairwise", "bit_count", "StrEnum", "UTC", "file_digest", "batched"}
"""Names of the standard library that Python 3.9 does not have."""


@pytest.fixture
def tree() -> ast.Module:
    return ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 9))


def test_it_imports_the_standard_library_alone(tree: ast.Module) -> None:
    roots = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            roots.add(str(node.module).partition(".")[0])
    assert "json" in roots
    assert roots <= sys.stdlib_module_names
    assert not {"importlib", "subprocess", "socket", "urllib"} & roots


def test_it_runs_on_python_3_9(tree: ast.Module) -> None:
    assert any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body
    ), "annotations must not be evaluated: `int | None` is younger"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
            assert not node.keywords, "zip(strict=) is younger"
        assert not isinstance(node, ast.Match)
        assert getattr(node, "attr", getattr(node, "id", "")) not in YOUNGER_THAN_3_9


def test_it_counts_in_whole_numbers_and_fractions(tree: ast.Module) -> None:
    floats = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert floats == []
    assert not any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and not isinstance(node.left, ast.Call | ast.Name)
        for node in ast.walk(tree)
    )

"""Files and functions stay small: a file is one idea, a function one thought."""

import ast
import statistics
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "infomax"
FILES = sorted(SOURCE.rglob("*.py"))


def _length(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_file_is_longer_than_400_lines(path):
    assert _length(path) <= 400


def test_nine_files_of_ten_stay_under_250_lines():
    lengths = sorted(_length(path) for path in FILES if path.name != "__init__.py")
    assert lengths[int(0.9 * len(lengths))] <= 250
    assert statistics.median(lengths) <= 150


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_function_body_is_longer_than_60_lines(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
                assert lines <= 60, f"{node.name} has {lines} lines"

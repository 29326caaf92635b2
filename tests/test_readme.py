"""The README's blocks run and its commands exist."""

import doctest
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = sorted(set(re.findall(r"^infomax (\w+)", README, flags=re.MULTILINE)))


def test_it_has_at_most_120_lines():
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_block_prints_what_it_says(number):
    test = doctest.DocTestParser().get_doctest(
        BLOCKS[number], {}, f"block {number}", "README.md", 0
    )
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_command_exists_and_its_help_has_an_example(command):
    from infomax.app.cli import app

    answer = CliRunner().invoke(app, [command, "--help"])
    assert answer.exit_code == 0
    assert "infomax " + command in answer.output


def test_links_lead_to_files():
    targets = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", README)
    for target in (first or second for first, second in targets):
        assert (ROOT / target).exists(), target

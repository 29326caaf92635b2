import json
import math

import pytest

from infomax.lab.errors import RunFolderError
from infomax.lab.verdict import Finding, Verdict
from infomax.lab.verdict_store import read_verdicts, write_verdicts

FINDING = Finding(
    "holds", label="k=1", baseline="old", estimate=0.1, low=-math.inf, differences=(0.1, 0.2)
)
VERDICT = Verdict(
    text="größer",
    kind="comparison",
    outcome="holds",
    expected="holds",
    deterministic=False,
    n_seeds=3,
    varies=("data", "initialisation"),
    unit="nats",
    findings=(FINDING, Finding("inconclusive", reason="why")),
    p_value=0.01,
    says_more_than_trivial=True,
)


def test_verdicts_come_back_as_they_were(tmp_path):
    write_verdicts(tmp_path / "verdicts.json", [VERDICT, VERDICT])
    assert read_verdicts(tmp_path / "verdicts.json") == (VERDICT, VERDICT)
    write_verdicts(tmp_path / "verdicts.json", [])
    assert read_verdicts(tmp_path / "verdicts.json") == ()


def test_the_file_is_strict_json(tmp_path):
    write_verdicts(tmp_path / "verdicts.json", [VERDICT])

    def refuse(constant):
        raise AssertionError(constant)

    json.loads((tmp_path / "verdicts.json").read_text(), parse_constant=refuse)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "cannot be read"),
        ("{}", "was not written by infomax"),
        ('{"schema": 7}', "schema version 7"),
        ('{"schema": 1}', "holds no verdicts"),
        ('{"schema": 1, "verdicts": [{"findings": []}]}', "holds no verdicts: its fields differ"),
        ('{"schema": 1, "verdicts": [3]}', "holds no verdicts"),
    ],
)
def test_other_files_are_named(tmp_path, content, told):
    (tmp_path / "verdicts.json").write_text(content)
    with pytest.raises(RunFolderError, match=f"verdicts.json .*{told}"):
        read_verdicts(tmp_path / "verdicts.json")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(RunFolderError, match=r"verdicts.json cannot be read"):
        read_verdicts(tmp_path / "verdicts.json")

"""Every example runs, warnings as errors, and its title asks a question."""

import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").rglob("plot_*.py"))
NEEDS = {"control": "gymnasium"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_runs(path, monkeypatch, tmp_path):
    import matplotlib.pyplot as plt

    monkeypatch.chdir(tmp_path)
    mpl.use("agg", force=True)
    text = path.read_text()
    if path.parent.name in NEEDS and NEEDS[path.parent.name] in text:
        pytest.importorskip(NEEDS[path.parent.name])
    title = text.split('"""')[1].strip().splitlines()[0]
    assert title.endswith("?"), "the title is a user's question"
    runpy.run_path(str(path), run_name="__main__")
    plt.close("all")

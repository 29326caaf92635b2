"""Models that are made once: whole or not at all, whatever happened to the maker."""

import json
import subprocess
import sys
import time

import pytest

from infomax.data import models
from infomax.data.packages import where
from infomax.exceptions import MissingDataError

MAKER = """
import sys, time
from infomax.data.models import kept_folder

def build(folder):
    (folder / "weights").write_text("half")
    print("half", flush=True)
    time.sleep(60)

kept_folder("toy", "0" * 64, build)
"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("INFOMAX_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


def toy(calls=None):
    def build(folder):
        if calls is not None:
            calls.append(folder)
        (folder / "weights").write_text("all of them")
        (folder / "config.json").write_text("{}")

    return models.kept_folder("toy", "0" * 64, build)


def test_made_once():
    calls = []
    folder = toy(calls)
    assert toy(calls) == folder
    assert len(calls) == 1
    assert json.loads((folder / "infomax.json").read_text()).keys() == {"weights", "config.json"}


@pytest.mark.parametrize(
    "harm",
    [
        lambda f: (f / "weights").write_text("all of thei"),  # codespell:ignore thei
        lambda f: (f / "weights").write_text("all"),
        lambda f: (f / "config.json").unlink(),
        lambda f: (f / "infomax.json").unlink(),
        lambda f: (f / "infomax.json").write_text("[1]"),
        lambda f: (f / "infomax.json").write_text("{}"),
    ],
)
def test_a_damaged_folder_is_made_again(harm):
    calls = []
    harm(toy(calls))
    time.sleep(0.01)  # hashes are kept by time of change
    assert (toy(calls) / "weights").read_text() == "all of them"
    assert len(calls) == 2


def test_an_interrupted_conversion_leaves_nothing_that_counts(cache):
    with subprocess.Popen(
        [sys.executable, "-c", MAKER], stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdout.readline() == "half\n"
        maker.kill()
    assert list(cache.glob(".toy-*.part-*"))
    assert (toy() / "weights").read_text() == "all of them"
    assert not list(cache.glob(".toy-*.part-*"))


def test_a_failing_maker_leaves_nothing(cache):
    def build(folder):
        (folder / "weights").write_text("half")
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"):
        models.kept_folder("toy", "0" * 64, build)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("name", ["smollm2", "minilm"])
def test_absent_archives_are_told(name):
    with pytest.raises(MissingDataError, match=f"infomax data get {name}"):
        getattr(models, name)()


@pytest.mark.slow
def test_smollm2_answers(monkeypatch):
    monkeypatch.delenv("INFOMAX_CACHE")
    if where("smollm2") is None:
        pytest.skip("infomax data get smollm2")
    pytest.importorskip("gguf")
    pytest.importorskip("transformers")
    from infomax.language import TopKSampling, load_causal_lm, sample_continuations

    lm = load_causal_lm(models.smollm2())
    told = sample_continuations(
        lm.model,
        lm.tokenizer,
        ["The capital of France is"],
        processors={"greedy": [TopKSampling(k=1)]},
        max_new_tokens=2,
    )
    assert "Paris" in told["greedy"].texts[0]

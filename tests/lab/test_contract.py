"""What a paper's file hands over."""

import pickle
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.lab.claims import Comparison
from infomax.lab.contract import Artifact, Row, Setting, Spend, experiment_from
from infomax.lab.frames import coordinate_names, expand, rows_frame, spend_frame

CLAIM = Comparison("better", metric="score", arm="ours", baseline="theirs", equal=())


def module(**changes):
    parts = {
        "paper": SimpleNamespace(slug="paper", title="A paper"),
        "arms": {"ours": "method", "theirs": "baseline"},
        "claims": [CLAIM],
        "settings": {"smoke": Setting(3)},
        "prepare": lambda _setting, _data=None: None,
        "trial": lambda _setting, _seed, _context: iter(()),
        "figures": lambda _rows, _artifacts: {},
    }
    made = ModuleType("made_up")
    for name, value in (parts | changes).items():
        if value is not None:
            setattr(made, name, value)
    return made


def test_experiment_from_module():
    experiment = experiment_from(module())
    assert experiment.slug == "paper"
    assert experiment.claims == (CLAIM,)
    assert experiment.setting("smoke").n_seeds == 3
    with pytest.raises(ValueError, match="`scale` must be one of 'smoke'"):
        experiment.setting("full")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"trial": None}, "must define trial"),
        ({"claims": None, "arms": None}, "must define arms, claims"),
        ({"arms": {"ours": "hero", "theirs": "baseline"}}, "must be one of 'method'"),
        ({"settings": {"tiny": Setting(3)}}, "must be one of 'smoke'"),
        ({"arms": {"ours": "method"}}, "names unknown arm 'theirs'"),
    ],
)
def test_experiment_refuses(changes, message):
    with pytest.raises(ValueError, match=message):
        experiment_from(module(**changes))


def test_setting_reads_like_a_mapping_and_survives_pickling():
    setting = Setting(5, n_threads=2, varies=("data",), options={"n": 3, "rates": [0.1, 0.2]})
    assert setting["n"] == 3
    assert pickle.loads(pickle.dumps(setting)) == setting
    with pytest.raises(TypeError):
        setting.options["n"] = 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_seeds": 0}, "`n_seeds`"),
        ({"n_seeds": 2.5}, "`n_seeds`"),
        ({"n_seeds": 3, "n_threads": 0}, "`n_threads`"),
        ({"n_seeds": 3, "varies": "data"}, "`varies`"),
    ],
)
def test_setting_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Setting(**arguments)


def test_setting_wants_json_values():
    with pytest.raises(TypeError, match="JSON"):
        Setting(3, options={"when": object()})


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ({"seed": 1}, "reserved name 'seed'"),
        ({"value": 1}, "reserved name 'value'"),
        ({"k": [1, 2]}, "string or a number"),
        ({"k": None}, "string or a number"),
        ({"k": float("nan")}, "finite"),
        ({"k": float("inf")}, "finite"),
        ({"k": np.float64("nan")}, "finite"),
    ],
)
def test_coordinates_refused(at, message):
    with pytest.raises(ValueError, match=message):
        Row("ours", "score", 1.0, "1", at)
    with pytest.raises(ValueError, match=message):
        Spend("ours", "steps", 1.0, at=at)


def test_numpy_coordinates_become_plain():
    row = Row("ours", "score", np.float32(1.5), "1", {"k": np.int64(3), "warm": np.bool_(True)})
    assert (type(row.value), type(row.at["k"]), row.at["warm"]) == (float, int, True)


@pytest.mark.parametrize("amount", [-1.0, float("nan")])
def test_spend_refuses(amount):
    with pytest.raises(ValueError, match="`amount`"):
        Spend("ours", "steps", amount)
    with pytest.raises(ValueError, match="`limit`"):
        Spend("ours", "steps", 1.0, limit=amount)


def test_artifact_is_numeric():
    assert Artifact("curve", {"x": [1, 2]}).arrays["x"].dtype.kind == "i"
    with pytest.raises(ValueError, match="must be numeric"):
        Artifact("curve", {"x": np.array(["a"])})


points = st.dictionaries(
    st.sampled_from(["k", "rate", "noise", "split"]),
    st.one_of(
        st.integers(-(2**40), 2**40),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
    ),
)


@given(points)
def test_law_coordinates_survive_frames(point):
    frame = expand(rows_frame([Row("ours", "score", 1.0, "1", point)], seed=2))
    assert {name: frame[name].iloc[0] for name in coordinate_names(frame)} == point


def test_closed_form_missing_coordinates_and_columns():
    rows = [
        Row("ours", "score", 1.0, "nats", {"k": 3}),
        Row("ours", "epochs", 2.0, "1", case="hep", step=4),
    ]
    frame = expand(rows_frame(rows, seed=7))
    assert coordinate_names(frame) == ["k"]
    assert frame["seed"].tolist() == [7, 7]
    assert frame["k"].iloc[0] == 3
    assert pd.isna(frame["k"].iloc[1])
    assert frame["step"].isna().tolist() == [True, False]
    empty = expand(spend_frame([], seed=0))
    assert list(empty.columns) == ["seed", "arm", "resource", "amount", "limit", "case"]

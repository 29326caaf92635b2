"""Distributions from users' files."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.data.distribution_files import read_distributions


def _read(tmp_path, content, **options):
    path = tmp_path / "d.csv"
    path.write_text(content, encoding="utf-8")
    return read_distributions(path, **options)


@pytest.mark.parametrize(
    ("content", "names", "outcomes"),
    [
        ("p,q\n0.5,0.25\n0.5,0.75\n", ("p", "q"), None),
        ("0.5\t0.25\n0.5\t0.75\n", ("column 1", "column 2"), None),
        ("0.5 0.25\n0.5 0.75\n", ("column 1", "column 2"), None),
        ("face;p;q\nheads;0.5;0.25\ntails;0.5;0.75\n", ("p", "q"), ("heads", "tails")),
        ("heads,0.5,0.25\ntails,0.5,0.75\n", ("column 2", "column 3"), ("heads", "tails")),
    ],
)
def test_closed_form_text(tmp_path, content, names, outcomes):
    found = _read(tmp_path, content)
    assert found.names == names
    assert found.outcomes == outcomes
    assert [p.tolist() for p in found.probabilities] == [[0.5, 0.5], [0.25, 0.75]]


def test_columns_may_differ_in_length_and_be_three(tmp_path):
    found = _read(tmp_path, "p,q,r\n1,2,4\n1,6,\n1,,\n1,,\n", normalize=True)
    assert [p.tolist() for p in found.probabilities] == [[0.25] * 4, [0.25, 0.75], [1]]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "must hold data, got an empty file"),
        ("p,q\n", "got a header alone"),
        ("p\n1\n", "must hold two distributions or more, got 1"),
        ("face,p\nheads,1\n", "must hold two distributions or more, got 1"),
        ("p,q\n1,1\n0\n", "line 3: must have 2 columns, got 1"),
        ("p,q\n1,1\n0,-1\n", "line 3: a weight must be finite and not negative, got '-1'"),
        ("p,q\n1,1\n0,nan\n", "line 3: a weight must be finite and not negative, got 'nan'"),
        ("p,q\n1,1\n0,inf\n", "line 3: a weight must be finite"),
        ("p,q\n1,1\n0,few\n", "line 3: a weight must be finite and not negative, got 'few'"),
        ("p,q\n1,\n0,1\n", "line 3: a column may end early but not pause"),
        ("p,p\n1,1\n", "must name each column once"),
        ("p,q\n1,0\n", "q: weights must have a positive finite sum, got 0"),
        ("p,q\n1,\n", r"q: weights must be one column, got shape \(0,\)"),
        ("p,q\n1,3\n", "q: must sum to 1 unless it is to be normalized, got 3"),
        ("p,q\n1,1e308\n0,1e308\n", "q: weights must have a positive finite sum, got inf"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_a_bad_text_is_refused_by_file_and_line(tmp_path, content, what):
    with pytest.raises(ValueError, match=rf"d\.csv.*{what}"):
        _read(tmp_path, content)


def test_closed_form_parquet(tmp_path):
    path = tmp_path / "d.parquet"
    table = {"face": ["a", "b", "c"], "p": [1, 2, 1], "q": [0.5, 0.5, None]}
    pd.DataFrame(table).to_parquet(path)
    found = read_distributions(path, normalize=True)
    assert found.names == ("p", "q")
    assert found.outcomes == ("a", "b", "c")
    assert [p.tolist() for p in found.probabilities] == [[0.25, 0.5, 0.25], [0.5, 0.5]]


def test_a_bad_parquet_file_is_refused(tmp_path):
    path = tmp_path / "d.parquet"
    pd.DataFrame({"p": [1.0], "q": ["x"]}).to_parquet(path)
    with pytest.raises(ValueError, match=r"d\.parquet, q: must hold numbers, got"):
        read_distributions(path)
    pd.DataFrame({"p": [1.0, 0.0], "q": [None, 1.0]}).to_parquet(path)
    with pytest.raises(ValueError, match=r"d\.parquet, q, row 1: a weight must be finite"):
        read_distributions(path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"d\.parquet is no sound parquet file"):
        read_distributions(path)


def test_closed_form_npz(tmp_path):
    path = tmp_path / "d.npz"
    np.savez(path, p=np.array([1, 3]), q=np.array([0.5, 0.25, 0.25]))
    found = read_distributions(path, normalize=True)
    assert found.names == ("p", "q")
    assert [p.tolist() for p in found.probabilities] == [[0.25, 0.75], [0.5, 0.25, 0.25]]


@pytest.mark.parametrize(
    ("q", "what"),
    [
        (np.ones((2, 2)), "q: weights must be one column"),
        (np.array([]), "q: weights must be one column"),
        (np.array([1, np.nan]), "q, row 2: a weight must be finite and not negative, got nan"),
        (np.array([1, -1]), "q, row 2: a weight must be finite and not negative, got -1"),
        (np.array(["a"]), "q: must hold numbers, got <U1"),
        (np.array([{}], dtype=object), "is no sound NPZ file"),
    ],
)
def test_a_bad_npz_is_refused(tmp_path, q, what):
    np.savez(tmp_path / "d.npz", p=np.ones(1), q=q)
    with pytest.raises(ValueError, match=rf"d\.npz.*{what}"):
        read_distributions(tmp_path / "d.npz")


def test_a_broken_npz_is_refused(tmp_path):
    path = tmp_path / "d.npz"
    np.savez(path, p=np.ones(100), q=np.ones(100))
    for content in (b"", b"text", path.read_bytes()[:300]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"d\.npz is no sound NPZ file"):
            read_distributions(path)
    np.save(tmp_path / "one.npy", np.ones(3))
    (tmp_path / "one.npy").rename(path)
    with pytest.raises(ValueError, match=r"d\.npz is no sound NPZ file"):
        read_distributions(path)


def test_an_absent_file_is_told_as_such(tmp_path):
    for name in ("no.csv", "no.parquet", "no.npz"):
        with pytest.raises(FileNotFoundError, match=name):
            read_distributions(tmp_path / name)


WEIGHTS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=8).filter(sum)


@given(st.lists(WEIGHTS, min_size=2, max_size=4))
def test_law_every_format_tells_the_same_distributions(tmp_path_factory, columns):
    folder = tmp_path_factory.mktemp("formats")
    longest = max(map(len, columns))
    names = [f"p{i}" for i in range(len(columns))]
    padded = [[*column, *[None] * (longest - len(column))] for column in columns]
    pd.DataFrame(dict(zip(names, padded, strict=True)), dtype="float64").to_parquet(
        folder / "d.parquet"
    )
    rows = zip(*padded, strict=True)
    text = [names, *(["" if w is None else repr(w) for w in row] for row in rows)]
    (folder / "d.csv").write_text("".join(",".join(row) + "\n" for row in text))
    np.savez(folder / "d.npz", **dict(zip(names, columns, strict=True)))
    for name in ("d.csv", "d.parquet", "d.npz"):
        found = read_distributions(folder / name, normalize=True)
        assert found.names == tuple(names)
        for p, column in zip(found.probabilities, columns, strict=True):
            np.testing.assert_allclose(p, np.array(column) / sum(column), rtol=1e-12)

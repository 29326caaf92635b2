"""scikit-learn's sets under one shape."""

import numpy as np
import pytest

from infomax.data.tables import NAMES, table

SHAPES = {
    "breast_cancer": (569, 30, 2),
    "diabetes": (442, 10, 0),
    "digits": (1797, 64, 10),
    "iris": (150, 4, 3),
    "wine": (178, 13, 3),
}


@pytest.mark.parametrize("name", NAMES)
def test_counts(name):
    data = table(name)
    assert (*data.X.shape, len(data.target_names)) == SHAPES[name]
    assert data.y.shape == data.X.shape[:1]
    assert len(data.feature_names) == data.X.shape[1]
    assert data.X.dtype == np.float64
    assert np.isfinite(data.X).all()
    if data.target_names:
        assert data.y.dtype == np.int64
        assert set(data.y.tolist()) == set(range(len(data.target_names)))


def test_an_unknown_table_is_refused_by_name():
    with pytest.raises(ValueError, match=r"`name` must be one of .*got 'boston'"):
        table("boston")

"""The experiment on capacity-constrained influence maximization, at its smallest size."""

import numpy as np
import pandas as pd
import pytest

from infomax.lab.contract import Row, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.papers import cim


@pytest.fixture(scope="module")
def smoke():
    setting = cim.settings["smoke"]
    return list(cim.trial(setting, 0, cim.prepare(setting)))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


def _values(rows: pd.DataFrame, metric: str) -> pd.Series:
    return rows[rows["metric"] == metric].set_index(["arm", "k"])["value"]


def test_every_arm_may_invite_the_same_number(smoke):
    limits: dict[int, set[float]] = {}
    for record in smoke:
        if isinstance(record, Spend) and record.resource == "invitations":
            assert record.limit is not None
            assert record.amount <= record.limit
            limits.setdefault(record.at["k"], set()).add(record.limit)
    assert limits
    assert all(len(values) == 1 for values in limits.values())


def test_nobody_reaches_more_than_inviting_all_friends_does(rows):
    spread = _values(rows, "spread")
    error = _values(rows, "spread_error")
    for (arm, k), value in spread.items():
        if arm != "all friends":
            assert value <= spread["all friends", k] + 4 * error[arm, k] + 1e-9


def test_the_certificate_surrounds_the_choice(rows):
    assert (_values(rows, "lower") <= _values(rows, "upper")).all()
    assert (_values(rows, "lower") <= _values(rows, "n_others")).all()


def test_participants_are_never_invited():
    setting = cim.settings["smoke"]
    graph = cim.prepare(setting)["karate"]
    invitation = cim.Invitation("karate", graph, np.array([0, 5, 33]), 0, setting)
    for arm in (*cim.SCHEMES, *cim.LOCAL):
        friends = invitation.friends(arm, 2, 0.1)
        assert not set(friends.indices.tolist()) & {0, 5, 33}
        assert np.bincount(friends.participants).max() <= 2


def test_own_graph_keeps_its_weights_and_is_needed(tmp_path):
    path = tmp_path / "graph.csv"
    path.write_text("a,b,0.5\nb,c,0.25\n")
    setting = cim.settings["own"]
    graph = cim.prepare(setting, str(path))["own"]
    assert sorted(graph.data.tolist()) == [0.25, 0.5]
    with pytest.raises(ValueError, match="`data` must be an edge list"):
        cim.prepare(setting)


def test_figures_are_drawn_from_rows_alone(rows):
    drawn = cim.figures(rows, {})
    assert set(drawn) == {"spread"}
    (panel,) = drawn["spread"].axes
    labels = {line.get_label() for line in panel.lines}
    assert labels == set(cim.arms) - {"all friends"}

"""The experiment on manifold entropy, at its smallest size."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional as F
from torch.nn.utils import parametrize

from infomax.lab.contract import Artifact, Row, Spend
from infomax.lab.frames import expand, rows_frame
from infomax.papers import mee
from infomax.papers._mee_arms import METHODS, PIXELS, RIVALS, choice, loss, networks
from infomax.papers._mee_figures import _mosaic
from infomax.papers._mee_rivals import Critic, Hinge, NonSaturating, WassersteinPenalty
from infomax.papers._mee_runs import REAL
from infomax.papers._mee_worlds import coverage, grid, ring, scores
from infomax.representation import PointEmbedder

SETTING = mee.settings["smoke"]


@pytest.fixture(scope="module")
def worlds():
    return mee.prepare(SETTING)


@pytest.fixture(scope="module")
def smoke(worlds):
    return list(mee.trial(SETTING, 0, worlds))


@pytest.fixture(scope="module")
def rows(smoke) -> pd.DataFrame:
    return expand(rows_frame([record for record in smoke if isinstance(record, Row)], 0))


def test_every_arm_of_a_case_has_the_scores_that_the_claims_read(rows):
    for case, plan in SETTING["cases"].items():
        for metric in ("coverage", "Fréchet distance", "precision"):
            here = rows[(rows["case"] == case) & (rows["metric"] == metric)]
            assert set(here["arm"]) == {*plan["arms"], REAL}


def test_every_arm_has_the_same_budget(smoke):
    for case in SETTING["cases"]:
        for resource in mee.BUDGET:
            amounts = {
                record.amount
                for record in smoke
                if isinstance(record, Spend) and (record.case, record.resource) == (case, resource)
            }
            assert len(amounts) == 1


def test_real_data_judge_themselves_well(worlds):
    for world, n in ((worlds["grid"], 1000), (worlds["digits"], 200)):
        rng = np.random.default_rng(0)
        first, second = (world.draw(n, rng, split="test") for _ in range(2))
        found = scores(world, first, second)
        assert found["coverage"] > 0.8
        assert found["precision"] > 0.7
        assert found["KL to uniform"] < 0.4


def test_mixtures_have_their_modes_and_a_lost_one_is_missed():
    for world, n_modes in ((ring(), 8), (grid(), 25)):
        items = world.draw(4000, np.random.default_rng(0))
        assert coverage(world, items).n_covered == world.n_modes == n_modes
        assert world.further(items)["high quality"] == pytest.approx(1 - math.exp(-4.5), abs=0.01)
        kept = items[torch.from_numpy(world.modes(items)) != 3]
        assert coverage(world, kept).n_covered == n_modes - 1


def test_judge_sees_no_picture_by_which_it_judges(worlds):
    world = worlds["digits"]
    seen = {tuple(row) for row in world.train.flatten(1).tolist()}
    repeated = [row for row in world.test.flatten(1).tolist() if tuple(row) in seen]
    assert len(repeated) < 5, "scikit-learn's digits hold a few twice"
    assert world.train.min() >= -1
    assert world.train.max() <= 1


def test_arms_begin_alike_and_are_equal_in_size():
    shape, rng = (1, 8, 8), np.random.default_rng
    made = {arm: networks(arm, shape, SETTING, rng(0)) for arm in (*METHODS, PIXELS, *RIVALS)}
    first = made["MaEM-GAN"][0].state_dict()
    for generator, _ in made.values():
        for key, value in generator.state_dict().items():
            assert torch.equal(value, first[key])
    sizes = {
        arm: [p.numel() for p in critic.parameters() if p.ndim == 4]
        for arm, (_, critic) in made.items()
    }
    packed = sizes.pop("PacGAN")
    assert all(found == sizes["DCGAN"] for found in sizes.values())
    assert packed == [2 * sizes["DCGAN"][0], *sizes["DCGAN"][1:]], "twice the channels come in"
    steep = made["DCGAN"][1]
    assert not any(parametrize.is_parametrized(m) for m in steep.modules())
    bounded = made["hinge, spectral norm"][1]
    assert sum(parametrize.is_parametrized(m) for m in bounded.modules()) == 2
    assert steep(torch.zeros(3, 1, 8, 8)).shape == (3,)


def test_parts_are_left_out_by_arm():
    items = torch.randn(2, 8, 16, generator=torch.Generator().manual_seed(0))
    wanted = {
        "MaEM-GAN": {"matching", "local", "isometry", "entropy"},
        "without entropy": {"matching", "local", "isometry"},
        "without DLLE": {"matching", "isometry", "entropy"},
        "without DIsoMap": {"matching", "local", "entropy"},
        "MaF-GAN": {"matching"},
        "entropy of generated alone": {"matching", "local", "isometry"},
        PIXELS: {"matching", "local", "isometry"},
    }
    for arm, names in wanted.items():
        objective = loss(arm, 0.1, (16,), np.random.default_rng(0))
        assert set(objective.discriminator_terms(lambda x: x, *items)) == names


def test_full_size_takes_what_was_published():
    full, laptop = mee.settings["full"], mee.settings["laptop"]
    assert choice("MaEM-GAN", "Fashion-MNIST", full).weight == 5e-4
    assert choice("MaEM-GAN", "Fashion-MNIST", full).learning_rate == 1e-4
    assert choice("without DLLE", "grid", laptop) == choice("MaEM-GAN", "grid", laptop)


def test_naive_twin_a_packed_critic_sees_pairs_side_by_side():
    embedder = PointEmbedder(4, n_hidden=(3,), n_dims=1, random_state=0).eval()
    x = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    pairs = torch.stack([torch.cat([x[i], x[i + 1]]) for i in (0, 2, 4)])
    wanted = embedder.embed(pairs)[:, 0]
    torch.testing.assert_close(Critic(embedder, bounded=True, packing=2)(x), wanted)


def test_naive_twin_entropy_of_pixels_is_that_of_the_items_themselves():
    items = torch.randn(6, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    objective = loss(PIXELS, 0.5, (1, 4, 4), np.random.default_rng(0))
    rows = objective.pixel_entropy.bank.features(use_unfilled=True).tolist()
    nearest = [
        min(sum((a - b) ** 2 for a, b in zip(x, row, strict=True)) / 16 for row in rows)
        for x in items.flatten(1).tolist()
    ]
    found = objective.generator(lambda x: x.flatten(1), items).item()
    wanted = -items.mean().item() - 0.5 * math.log(sum(nearest) / 6)
    assert found == pytest.approx(wanted, abs=1e-5)


def test_closed_forms_of_the_rivals():
    real, fake = torch.tensor([[2.0], [0.5]]), torch.tensor([[-3.0], [1.0]])

    def score(x):
        return 2 * x[:, 0]

    plain = NonSaturating()
    wanted = (
        F.softplus(torch.tensor([-4.0, -1.0])).mean() + F.softplus(torch.tensor([-6.0, 2.0])).mean()
    )
    assert plain.discriminator(score, real, fake).item() == pytest.approx(wanted.item())
    assert plain.generator(score, fake).item() == pytest.approx(
        F.softplus(torch.tensor([6.0, -2.0])).mean().item()
    )
    hinge = Hinge()
    assert hinge.discriminator(score, real, fake).item() == pytest.approx(0 + (0 + 3) / 2)
    assert hinge.generator(score, fake).item() == pytest.approx(2)
    slope = WassersteinPenalty(10.0, 0)
    # the slope is 2 everywhere, so the penalty is 1
    assert slope.discriminator(score, real, fake).item() == pytest.approx(-2 - 2.5 + 10)
    assert slope.generator(score, fake).item() == pytest.approx(2)


def test_the_released_bank_is_down_to_one_row(rows):
    held = rows[rows["metric"] == "rows that an embedding is compared with"]
    released = held[held["arm"] == "released bank"].set_index("after")["value"]
    assert [released[after] for after in (15, 16, 17, 30)] == [79, 16, 1, 1]
    assert set(held.loc[held["arm"] == "MaEM-GAN", "value"]) == {1024}


def test_an_arm_that_diverges_is_kept_as_nan(worlds, monkeypatch):
    from infomax.papers import _mee_runs

    def diverge(*arguments, **options):
        raise FloatingPointError("the loss became nan")

    monkeypatch.setattr(_mee_runs, "train_adversarial", diverge)
    found = list(_mee_runs.learn_and_judge(SETTING, 0, "grid", worlds["grid"]))
    values = {r.value for r in found if isinstance(r, Row) and r.arm == "DCGAN"}
    assert values
    assert all(math.isnan(value) for value in values)


@pytest.mark.parametrize(("scale", "data"), [("own", None), ("smoke", "folder")])
def test_own_pictures_are_for_their_setting(scale, data):
    with pytest.raises(ValueError, match="`data` must be a folder of pictures for 'own'"):
        mee.prepare(mee.settings[scale], data)


def test_figures_are_drawn(smoke, rows):
    arrays = {r.name: r.arrays for r in smoke if isinstance(r, Artifact)}
    drawn = mee.figures(rows, {0: arrays})
    assert set(drawn) == {"scores", "learning", *SETTING["cases"], "embeddings", "bank"}


def test_points_that_coincide_have_a_finite_entropy():
    found = ring().further(torch.zeros(50, 2))
    assert found["high quality"] == 0
    assert math.isfinite(found["entropy"])
    spread = ring().further(ring().draw(2000, np.random.default_rng(0)))["entropy"]
    wanted = math.log(8) + math.log(2 * math.pi * math.e * 0.01)
    assert spread == pytest.approx(wanted, abs=0.15)


def test_stacked_digits_are_read_channel_by_channel(worlds):
    world = worlds["stacked-digits"]
    items = world.draw(300, np.random.default_rng(0), split="test")
    modes = world.modes(items)
    assert items.shape == (300, 3, 8, 8)
    assert (modes >= 0).all()
    assert (modes < 1000).all()
    swapped = world.modes(items.flip(1))
    assert (swapped == 100 * (modes % 10) + 10 * (modes // 10 % 10) + modes // 100).all()
    assert world.features(items).shape[0] == 300
    assert 1 <= world.further(items)["classifier score"] <= 300


def test_pictures_are_laid_out_in_lines():
    pictures = np.arange(16.0).reshape(16, 1, 1, 1) * np.ones((16, 1, 2, 3))
    laid = _mosaic(pictures)
    assert laid.shape == (4, 24)
    assert laid[0, 3] == 1
    assert laid[2, 0] == 8
    assert _mosaic(np.zeros((9, 3, 2, 2))).shape == (2, 16, 3)

"""How the arms on manifold entropy were tuned."""

import pytest

from infomax.papers import _mee_tuning, mee
from infomax.papers._mee_arms import CHOICES, PIXELS
from infomax.papers._mee_tuning import ARMS, candidates, tune, tuned
from infomax.papers._mee_worlds import grid

SETTING = mee.settings["smoke"]


def test_every_choice_of_the_laptop_is_one_of_four_candidates():
    laptop = mee.settings["laptop"]
    for case, plan in laptop["cases"].items():
        own = ARMS.intersection(plan["arms"])
        assert set(CHOICES[case]) == own, "ablations alone are without a choice of their own"
        for arm, chosen in CHOICES[case].items():
            tried = candidates(arm)
            assert len(set(tried)) == 4
            assert chosen in tried


def test_tuning_gives_every_candidate_its_mean_score(monkeypatch):
    worth = dict(zip(candidates("WGAN-GP"), (0.1, None, 0.7, 0.3), strict=True))

    def learned(arm, chosen, plan, setting, seed, x, world, curve):
        assert x.shape == (SETTING["n_train"], 2)
        assert plan["steps"] == SETTING["cases"]["grid"]["steps"] / 2
        if worth[chosen] is None:
            raise FloatingPointError("the loss became nan")
        return (worth[chosen], seed), None

    def reached(world, items, reference):
        assert len(reference) == 200
        return {_mee_tuning.JUDGED_BY: items[0] + (items[1] - 100) / 10}

    monkeypatch.setattr(_mee_tuning, "learn", learned)
    monkeypatch.setattr(_mee_tuning, "generated", lambda generator, *_: generator)
    monkeypatch.setattr(_mee_tuning, "scores", reached)
    found = tune(SETTING, "grid", grid(), "WGAN-GP", (100, 101))
    assert list(found.values()) == pytest.approx([0.15, 0.0, 0.75, 0.35])


def test_tuning_takes_the_best_candidate_of_every_arm(monkeypatch):
    def scored(setting, case, world, arm, seeds):
        return {chosen: -abs(i - len(arm) % 4) for i, chosen in enumerate(candidates(arm))}

    monkeypatch.setattr(_mee_tuning, "tune", scored)
    found = tuned(SETTING, {"digits": None, "stacked-digits": None}, (100,))
    assert set(found) == {"digits", "stacked-digits"}
    wanted = {"MaEM-GAN": 0, "MaF-GAN": 3, "DCGAN": 1}
    digits = wanted | {PIXELS: len(PIXELS) % 4}
    assert found["digits"] == {arm: candidates(arm)[i] for arm, i in digits.items()}
    stacked = wanted | {"PacGAN": 2}
    assert found["stacked-digits"] == {arm: candidates(arm)[i] for arm, i in stacked.items()}

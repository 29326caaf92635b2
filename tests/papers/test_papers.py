"""What every paper that runs keeps to, whatever it is about."""

from importlib import import_module

import numpy as np
import pytest

from infomax.lab.contract import Row, Spend
from infomax.papers.catalogue import built_slugs, load_catalogue
from infomax.papers.discovery import load_experiment

SLUGS = sorted(built_slugs())


@pytest.mark.parametrize("slug", SLUGS)
def test_it_has_the_sizes_that_the_front_doors_offer(slug):
    settings = load_experiment(slug).settings
    assert {"smoke", "demo", "laptop", "full"} <= set(settings)
    assert settings["laptop"].n_seeds in (5, 10)
    assert settings["smoke"].n_seeds >= 3, "fewer seeds get no verdict"


@pytest.mark.parametrize("slug", SLUGS)
def test_each_claim_reads_as_a_sentence_and_no_two_are_alike(slug):
    texts = [claim.text for claim in load_experiment(slug).claims]
    assert len(set(texts)) == len(texts) > 1
    assert all(len(text) > 20 and not text.endswith(".") for text in texts)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_smoke_trial_keeps_the_contract_and_repeats_itself(slug):
    experiment = load_experiment(slug)
    setting = experiment.setting("smoke")
    context = experiment.prepare(setting)
    first, again = (list(experiment.trial(setting, 1, context)) for _ in range(2))
    rows = [record for record in first if isinstance(record, Row)]
    assert rows
    assert rows == [record for record in again if isinstance(record, Row)]
    assert {record.arm for record in first if isinstance(record, Row | Spend)} <= set(
        experiment.arms
    )
    assert np.isfinite([row.value for row in rows]).all()
    assert all(row.selected_on != "test" for row in rows)


@pytest.mark.parametrize("slug", SLUGS)
def test_its_parts_are_there(slug):
    for part in load_catalogue()[slug].parts:
        room, name = part.split(".")
        if room == "data":  # whose modules are its public names
            import_module(f"infomax.{part}")
        assert hasattr(import_module(f"infomax.{room}"), name), part


def test_a_paper_that_does_not_run_yet_says_which_does():
    absent = next(slug for slug in load_catalogue() if slug not in built_slugs())
    with pytest.raises(ValueError, match="does not run yet; the nearest that does is"):
        load_experiment(absent)

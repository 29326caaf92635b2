import json

import numpy as np
import pandas as pd
import pytest

from infomax.lab.contract import Artifact, Row, Setting, Spend, experiment_from
from infomax.lab.frames import expand, rows_frame, spend_frame
from infomax.lab.judge import judge
from infomax.measures import categorical_entropy, entropy_rate
from infomax.papers import typical
from infomax.papers._typical_speakers import MarkovSpeaker, narrowed, read_pairs
from infomax.papers._typical_texts import Pairs, own


@pytest.fixture(scope="module")
def smoke():
    setting = typical.settings["smoke"]
    context = typical.prepare(setting)
    return {seed: list(typical.trial(setting, seed, context)) for seed in range(setting.n_seeds)}


def _frames(records):
    rows, spend = (
        pd.concat(
            [
                make([r for r in found if isinstance(r, kind)], seed)
                for seed, found in records.items()
            ],
            ignore_index=True,
        )
        for make, kind in ((rows_frame, Row), (spend_frame, Spend))
    )
    return expand(rows), expand(spend)


def _artifacts(records):
    return {
        seed: {r.name: r.arrays for r in found if isinstance(r, Artifact)}
        for seed, found in records.items()
    }


def test_every_claim_is_judged_at_the_smallest_size(smoke):
    experiment = experiment_from(typical)
    verdicts = judge(
        experiment.claims, *_frames(smoke), experiment.setting("smoke"), n_seeds=len(smoke)
    )
    assert len(verdicts) == len(typical.claims)
    for verdict in verdicts:
        assert verdict.outcome not in ("refused", "not tested at this scale"), verdict.reason


def test_theorems_hold_at_the_smallest_size(smoke):
    bounds = [claim for claim in typical.claims if type(claim).__name__ == "Bound"]
    verdicts = judge(bounds, *_frames(smoke), typical.settings["smoke"], n_seeds=len(smoke))
    assert [verdict.outcome for verdict in verdicts] == ["holds"] * len(bounds)


def test_every_arm_takes_part(smoke):
    assert {row.arm for row in smoke[0] if isinstance(row, Row)} == set(typical.arms)


def test_law_same_seed_same_rows(smoke):
    setting = typical.settings["smoke"]
    again = list(typical.trial(setting, 1, typical.prepare(setting)))
    assert [r for r in again if isinstance(r, Row)] == [r for r in smoke[1] if isinstance(r, Row)]


def test_figures_are_drawn(smoke):
    figures = typical.figures(_frames(smoke)[0], _artifacts(smoke))
    assert set(figures) == {"gaps", "distances", "plane", "step"}
    for figure in figures.values():
        assert all(axes.lines or axes.patches for axes in figure.axes)
    few = {
        s: {n: a for n, a in kept.items() if "features" not in n}
        for s, kept in _artifacts(smoke).items()
    }
    plane = typical.figures(_frames(smoke)[0], few)["plane"]
    assert plane.axes[0].get_ylabel() == "diversity of n-grams"


def test_closed_form_surprisal_of_the_chain_tends_to_its_entropy_rate():
    speaker = MarkovSpeaker(n_words=40, n_texts=400, n_tokens=300)
    pairs = speaker.pairs("Markov chain", np.random.default_rng(0))
    found = speaker.sample(pairs, {"ancestral": ()}, 0)["ancestral"]
    _, model = speaker.chains()
    surprisal = -np.concatenate([said[20:] for said in found.token_log_probs])
    # 112,000 dependent draws of standard deviation about one: 0.02 is above five standard errors
    assert surprisal.mean() == pytest.approx(entropy_rate(model), abs=0.02)


def test_naive_twin_scores_of_the_chain():
    speaker = MarkovSpeaker(n_words=10, n_texts=3, n_tokens=5)
    pairs = speaker.pairs("Markov chain", np.random.default_rng(1))
    scored = speaker.score(pairs)
    _, model = speaker.chains()
    for i, (prompt, text) in enumerate(zip(pairs.prompts, pairs.references, strict=True)):
        for t, (before, word) in enumerate(zip([prompt[-1], *text[:-1]], text, strict=True)):
            assert scored.token_log_probs[i][t] == pytest.approx(np.log(model[before, word]))
            assert scored.entropies[i][t] == pytest.approx(categorical_entropy(model[before]))


def test_law_the_arms_of_the_chain_share_their_luck():
    speaker = MarkovSpeaker(n_words=30, n_texts=20, n_tokens=9)
    pairs = speaker.pairs("Markov chain", np.random.default_rng(0))
    told = speaker.sample(pairs, {"one": (), "two": ()}, 5)
    np.testing.assert_array_equal(told["one"].tokens, told["two"].tokens)
    other = speaker.sample(pairs, {"one": ()}, 6)
    assert not np.array_equal(told["one"].tokens, other["one"].tokens)


def test_law_narrowed_features_keep_angles():
    vectors = np.random.default_rng(0).normal(size=(40, 384))
    vectors[20:] = vectors[:20] + 0.1 * vectors[20:]
    small = narrowed(vectors).astype(float)
    cosines = (small[:20] * small[20:]).sum(1) / np.linalg.norm(small[:20], axis=1)
    cosines /= np.linalg.norm(small[20:], axis=1)
    assert cosines.min() > 0.9


@pytest.fixture
def folder(tmp_path):
    pytest.importorskip("transformers")
    from tests.language.tiny import tiny_folder

    tiny_folder(tmp_path / "model", n_tokens=40)
    lines = [
        {"prompt": f"the sea is {word}", "reference": "and so we stay here and read a book " * 3}
        for word in ("wide", "green", "cold", "here")
    ]
    text = "\n".join(map(json.dumps, lines))
    (tmp_path / "stories.jsonl").write_text(text + "\n\n")
    return tmp_path


def test_own_prompts_and_an_own_model(folder):
    options = dict(typical.settings["own"].options) | {"n_prompts": 3, "n_tokens": 12}
    setting = Setting(n_seeds=3, varies=("texts", "draws"), options=options)
    context = typical.prepare(setting, str(folder))
    records = {seed: list(typical.trial(setting, seed, context)) for seed in range(3)}
    rows, spend = _frames(records)
    assert set(rows["case"]) == {"stories"}
    assert (spend["amount"] == 36).all()
    verdicts = judge(typical.claims, rows, spend, setting, n_seeds=3)
    untested = [v.outcome for v in verdicts].count("not tested at this scale")
    assert untested == 1, "MAUVE wants an encoder"
    assert "refused" not in [v.outcome for v in verdicts]
    assert len(typical.figures(rows, _artifacts(records))) == 4


def test_bad_own_files_are_refused(folder, tmp_path):
    setting = typical.settings["own"]
    context = typical.prepare(setting, str(folder))
    with pytest.raises(ValueError, match="`data` must hold 20 texts of 64 tokens"):
        list(typical.trial(setting, 0, context))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="`data` must hold files"):
        typical.prepare(setting, str(tmp_path / "empty"))
    bad = tmp_path / "bad.jsonl"
    for line in ('{"prompt": "a"}', "[1]", "words"):
        bad.write_text(line)
        with pytest.raises(ValueError, match=r"bad\.jsonl, line 1"):
            read_pairs(bad)


def test_own_draws_every_pair_once():
    pairs = [(str(i), str(i)) for i in range(9)]
    drawn = list(own(pairs)(np.random.default_rng(0)))
    assert sorted(drawn) == pairs
    assert drawn != pairs


def test_next_logits_of_a_model(folder):
    context = typical.prepare(typical.settings["own"], str(folder))
    logits = context.next_logits(Pairs([[1, 2, 3]], [[4]]))
    assert logits.shape == (40,)
    assert np.isfinite(logits).all()

import math

import numpy as np
import pytest

pytest.importorskip("transformers")
import torch
from tests.language.tiny import tiny_folder, tiny_model, tiny_tokenizer

from infomax.language import (
    NucleusSampling,
    Temperature,
    TopKSampling,
    TypicalSampling,
    load_causal_lm,
    sample_continuations,
    score_continuations,
)

PROMPTS = ["the sea is", "we stay", "cold and wide but green so"]
ARMS = {"ancestral": [], "typical": [TypicalSampling(mass=0.6)], "greedy": [TopKSampling(k=1)]}
kinds = pytest.mark.parametrize("kind", ["llama", "gpt2"])


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def lm(request):
    return tiny_model(request.param), tiny_tokenizer()


@pytest.fixture(scope="module")
def told(lm):
    return sample_continuations(
        *lm, PROMPTS, processors=ARMS, max_new_tokens=12, stop_at_end=False, random_state=0
    )


def step_by_step(model, ids):
    """Return log-probabilities of the next token without cache or padding."""
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0, -1].double().log_softmax(-1)


def test_naive_twin_padded_and_cached_is_one_by_one(lm, told):
    model, tokenizer = lm
    for arm, found in told.items():
        for i, prompt in enumerate(PROMPTS):
            ids = tokenizer(prompt)["input_ids"]
            for t, token in enumerate(found.tokens[i]):
                logs = step_by_step(model, ids)
                logs[0] = -math.inf  # the end token is barred
                logs = logs.log_softmax(-1)
                entropy = -(logs.exp() * logs).nansum().item()
                assert found.token_log_probs[i][t] == pytest.approx(logs[token].item(), abs=1e-4)
                assert found.entropies[i][t] == pytest.approx(entropy, abs=1e-4)
                if arm == "greedy":
                    assert token == logs.argmax()
                ids = [*ids, int(token)]


def test_naive_twin_scoring_is_what_sampling_kept(lm, told):
    for found in told.values():
        scored = score_continuations(
            *lm, PROMPTS, [list(t) for t in found.tokens], stop_at_end=False, batch_size=2
        )
        for i in range(len(PROMPTS)):
            for name in ("tokens", "token_log_probs", "entropies"):
                np.testing.assert_allclose(
                    getattr(scored, name)[i], getattr(found, name)[i], atol=1e-4
                )


def test_law_arms_have_the_same_luck(lm):
    twice = {"one": [TypicalSampling(mass=0.6)], "two": [TypicalSampling(mass=0.6)]}
    found = sample_continuations(*lm, PROMPTS, processors=twice, random_state=3, max_new_tokens=20)
    assert found["one"].texts == found["two"].texts


def test_law_draws_depend_neither_on_batches_nor_on_other_arms(lm, told):
    options = {"max_new_tokens": 12, "stop_at_end": False, "random_state": 0}
    for arm, chain in ARMS.items():
        alone = sample_continuations(*lm, PROMPTS, processors={arm: chain}, batch_size=1, **options)
        assert alone[arm].texts == told[arm].texts
    other = sample_continuations(*lm, PROMPTS, **options | {"random_state": 1})
    assert other["ancestral"].texts != told["ancestral"].texts


def test_law_draws_leave_the_global_generator_alone(lm):
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    sample_continuations(*lm, PROMPTS[:1], max_new_tokens=2)
    assert torch.equal(torch.rand(1), expected)


def test_law_sampled_frequencies_follow_the_model():
    model, tokenizer = tiny_model(), tiny_tokenizer()
    found = sample_continuations(
        model, tokenizer, [[1, 2]] * 4000, max_new_tokens=1, random_state=0, batch_size=4000
    )["ancestral"]
    p = step_by_step(model, [1, 2]).exp().numpy()
    counts = np.bincount(np.concatenate(found.tokens), minlength=17)
    # chi-square with at most 16 degrees of freedom lies above 39 once in a thousand
    assert ((counts - 4000 * p) ** 2 / (4000 * p)).sum() < 39
    assert found.kept_mass[0][0] == pytest.approx(1, abs=1e-6)


def test_law_kept_mass_and_kept_mode(lm):
    told = sample_continuations(*lm, PROMPTS, processors=ARMS, random_state=0, max_new_tokens=20)
    assert all((mass >= 0.6 - 1e-5).all() for mass in told["typical"].kept_mass)
    assert not all(kept.all() for kept in told["typical"].kept_mode)
    for mass, p in zip(told["greedy"].kept_mass, told["greedy"].token_log_probs, strict=True):
        np.testing.assert_allclose(mass, np.exp(p), atol=1e-5)


def test_texts_stop_after_the_end_token():
    model, tokenizer = tiny_model(), tiny_tokenizer(eos_token="<end>")
    free = sample_continuations(model, tokenizer, [[1]] * 60, max_new_tokens=40, random_state=0)
    lengths = [len(tokens) for tokens in free["ancestral"].tokens]
    assert len(set(lengths)) > 2
    for tokens, text in zip(free["ancestral"].tokens, free["ancestral"].texts, strict=True):
        assert (tokens[:-1] != 0).all()
        assert len(tokens) == 40 or tokens[-1] == 0
        assert "<end>" not in text
    held = sample_continuations(model, tokenizer, [[1]], max_new_tokens=40, stop_at_end=False)
    assert (held["ancestral"].tokens[0] != 0).all()
    assert held["ancestral"].tokens[0].shape == (40,)


def test_a_model_in_bfloat16():
    model, tokenizer = tiny_model().bfloat16(), tiny_tokenizer()
    arms = {"typical": [Temperature(temperature=0.9), TypicalSampling(mass=0.99)]}
    found = sample_continuations(
        model, tokenizer, PROMPTS, processors=arms, random_state=0, max_new_tokens=9
    )
    for said, expected in zip(
        found["typical"].token_log_probs, found["typical"].entropies, strict=True
    ):
        assert np.isfinite(said).all()
        assert np.isfinite(expected).all()


def test_progress_is_told():
    seen = []
    sample_continuations(
        tiny_model(),
        tiny_tokenizer(),
        PROMPTS,
        max_new_tokens=1,
        batch_size=2,
        progress=lambda done, n: seen.append((done, n)),
    )
    assert seen == [(2, 3), (3, 3)]


@kinds
def test_load_without_a_padding_token(tmp_path, kind):
    lm = load_causal_lm(tiny_folder(tmp_path / "lm", kind))
    assert lm.tokenizer.pad_token is None
    assert not lm.model.training
    options = {"processors": ARMS, "random_state": 0, "max_new_tokens": 9}
    found = sample_continuations(lm.model, lm.tokenizer, PROMPTS, **options)
    built = sample_continuations(tiny_model(kind), tiny_tokenizer(), PROMPTS, **options)
    assert {arm: f.texts for arm, f in found.items()} == {a: f.texts for a, f in built.items()}


def test_load_in_another_precision(tmp_path):
    lm = load_causal_lm(tiny_folder(tmp_path / "lm"), dtype="bfloat16", device="cpu")
    assert lm.model.dtype == torch.bfloat16


def test_load_leaves_settings_alone(tmp_path):
    from transformers.utils import logging

    before = logging.is_progress_bar_enabled()
    load_causal_lm(tiny_folder(tmp_path / "lm"))
    assert logging.is_progress_bar_enabled() == before


def test_pickled_weights_are_refused(tmp_path):
    folder = tiny_folder(tmp_path / "lm")
    (folder / "model.safetensors").unlink()
    torch.save(tiny_model().state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(ValueError, match=r"pytorch_model\.bin, which is pickled"):
        load_causal_lm(folder)


def test_safe_weights_beside_pickled_ones_are_taken(tmp_path):
    folder = tiny_folder(tmp_path / "lm")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04cposix\nsystem\n")
    assert load_causal_lm(folder).model.dtype == torch.float32


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "model.safetensors").unlink(), "must hold weights"),
        (lambda f: (f / "config.json").unlink(), "config.json"),
        (lambda f: (f / "config.json").write_text("{"), "cannot be read"),
        (lambda f: (f / "model.safetensors").write_bytes(b"damaged"), "cannot be read"),
        (lambda f: (f / "tokenizer.json").write_text("{}"), "cannot be read"),
        (lambda f: (f / "config.json").write_text('{"model_type": "unknown"}'), "cannot be read"),
    ],
)
def test_broken_folders_are_refused(tmp_path, spoil, message):
    folder = tiny_folder(tmp_path / "lm")
    spoil(folder)
    with pytest.raises(ValueError, match=message):
        load_causal_lm(folder)


def test_bad_input_is_refused(tmp_path, lm):
    def sample(prompts=("the",), **options):
        return sample_continuations(*lm, prompts, max_new_tokens=2, **options)

    with pytest.raises(ValueError, match="which is none"):
        load_causal_lm(tmp_path / "absent")
    with pytest.raises(ValueError, match="`dtype`"):
        load_causal_lm(tmp_path, dtype="int8")
    for prompts in ([], "the sea", ["the", ""], [[]]):
        with pytest.raises(ValueError, match="`prompts` must"):
            sample(prompts)
    with pytest.raises(ValueError, match="tokens of the model, 0 to 16, got 17 in number 1"):
        sample([[0], [3, 17]])
    with pytest.raises(ValueError, match=r"`prompts` must fit the model's context"):
        sample([[1] * 3000])
    with pytest.raises(ValueError, match=r"`continuations` must fit the model's context"):
        score_continuations(*lm, [[1] * 40], [[1] * 2040])
    with pytest.raises(ValueError, match="`processors` must name"):
        sample(processors={})
    with pytest.raises(ValueError, match=r"`processors\['none'\]` must leave"):
        sample(processors={"none": [lambda _, scores: scores - math.inf]})
    with pytest.raises(ValueError, match="`batch_size`"):
        sample(batch_size=0)
    with pytest.raises(ValueError, match="`max_new_tokens`"):
        sample_continuations(*lm, ["the"], max_new_tokens=0)
    with pytest.raises(ValueError, match="`continuations` must be one a prompt"):
        score_continuations(*lm, ["the"], ["sea", "is"])
    with pytest.raises(ValueError, match="`batch_size`"):
        score_continuations(*lm, ["the"], ["sea"], batch_size=0)


def test_a_model_whose_logits_are_nan_is_told(lm):
    model = tiny_model()
    with torch.no_grad():
        model.lm_head.weight[3] = math.nan
    with pytest.raises(ValueError, match="`logits` must hold no NaN"):
        sample_continuations(model, lm[1], ["the"])


@pytest.mark.peer
def test_peer_generate_takes_the_processors(lm):
    from transformers import LogitsProcessorList

    model, tokenizer = lm
    ids = torch.tensor([tokenizer("the sea is wide")["input_ids"]])
    chain = LogitsProcessorList([TypicalSampling(mass=0.9), TopKSampling(k=1)])
    options = {"max_new_tokens": 8, "min_new_tokens": 8, "pad_token_id": 0, "do_sample": True}
    theirs = model.generate(ids, logits_processor=chain, top_k=0, **options)[0, ids.shape[1] :]
    arms = {"chain": [TypicalSampling(mass=0.9), TopKSampling(k=1)]}
    ours = sample_continuations(
        model, tokenizer, ["the sea is wide"], processors=arms, max_new_tokens=8, stop_at_end=False
    )["chain"]
    # both bar the end token, theirs after the filter: the texts agree until it would be drawn
    agree = theirs.numpy() == ours.tokens[0]
    assert agree[0] or 0 in theirs


@pytest.mark.peer
def test_peer_greedy_generate(lm):
    model, tokenizer = lm
    ids = torch.tensor([tokenizer("we stay here")["input_ids"]])
    options = {"max_new_tokens": 10, "min_new_tokens": 10, "pad_token_id": 0, "do_sample": False}
    theirs = model.generate(ids, **options)[0, ids.shape[1] :].numpy()
    arms = {"greedy": [NucleusSampling(mass=1), TopKSampling(k=1)]}
    ours = sample_continuations(
        model, tokenizer, ["we stay here"], processors=arms, max_new_tokens=10, stop_at_end=False
    )
    np.testing.assert_array_equal(ours["greedy"].tokens[0], theirs)

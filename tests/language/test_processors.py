import math

import numpy as np
import pytest
import torch

from infomax.language import (
    EtaSampling,
    MinPSampling,
    NucleusSampling,
    Temperature,
    TopKSampling,
    TypicalSampling,
    eta_mask,
    min_p_mask,
    nucleus_mask,
    top_k_mask,
    typical_mask,
)

PAIRS = {
    "typical": (TypicalSampling(mass=0.7), lambda x: typical_mask(x, mass=0.7)),
    "nucleus": (NucleusSampling(mass=0.7), lambda x: nucleus_mask(x, mass=0.7)),
    "top-k": (TopKSampling(k=4), lambda x: top_k_mask(x, k=4)),
    "min-p": (MinPSampling(min_p=0.2), lambda x: min_p_mask(x, min_p=0.2)),
    "eta": (EtaSampling(epsilon=0.01), lambda x: eta_mask(x, epsilon=0.01)),
}
every_pair = pytest.mark.parametrize(("process", "mask"), PAIRS.values(), ids=PAIRS)


@pytest.fixture
def scores():
    return torch.randn((3, 60), generator=torch.Generator().manual_seed(0)) * 2


@every_pair
def test_law_keeps_scores_where_the_mask_does(process, mask, scores):
    kept = mask(scores)
    assert 0 < kept.sum() < kept.numel()
    out = process(None, scores)
    assert torch.equal(out[kept], scores[kept])
    assert (out[~kept] == -math.inf).all()
    np.testing.assert_array_equal(process(None, scores.numpy()), out.numpy())


@every_pair
def test_law_bfloat16_comes_back_as_it_went(process, mask, scores):
    out = process(None, scores.bfloat16())
    assert out.dtype == torch.bfloat16
    assert torch.equal(out > -math.inf, mask(scores.bfloat16()))


@every_pair
def test_law_the_gradient_of_kept_scores_passes(process, mask, scores):
    scores.requires_grad_()
    process(None, scores).softmax(dim=-1)[:, 0].sum().backward()
    assert torch.equal(scores.grad != 0, mask(scores) & mask(scores)[:, :1])


def test_filter_value_and_beams():
    out = TypicalSampling(mass=0.01, min_tokens_to_keep=2, filter_value=-5.0)(
        None, torch.tensor([[3.0, 2.0, 1.0, 0.0]])
    )
    assert sorted(out[0].tolist())[:2] == [-5.0, -5.0]
    assert (out > -5).sum() == 2


def test_closed_form_temperature():
    half = Temperature(temperature=0.5)(None, torch.tensor([[0.8, 0.2]]).log()).softmax(-1)
    assert half[0, 0].item() == pytest.approx(16 / 17)


@pytest.mark.parametrize(
    "make",
    [
        lambda: TypicalSampling(mass=0),
        lambda: TypicalSampling(min_tokens_to_keep=0),
        lambda: NucleusSampling(mass=2),
        lambda: NucleusSampling(min_tokens_to_keep=0),
        lambda: TopKSampling(k=0),
        lambda: MinPSampling(min_p=-1),
        lambda: EtaSampling(epsilon=1),
        lambda: Temperature(temperature=0),
    ],
)
def test_bad_options_are_refused_when_made(make):
    with pytest.raises(ValueError, match="must"):
        make()


@pytest.mark.peer
@pytest.mark.parametrize("mass", [0.2, 0.95])
def test_peer_most_rows_of_the_processor_of_transformers(mass, scores):
    process = pytest.importorskip("transformers.generation.logits_process")
    theirs = process.TypicalLogitsWarper(mass)(None, scores)
    assert torch.equal(TypicalSampling(mass=mass)(None, scores), theirs)


@pytest.mark.peer
def test_peer_its_sum_in_float32_decides_otherwise():
    process = pytest.importorskip("transformers.generation.logits_process")
    warper = process.TypicalLogitsWarper(0.99)
    x = torch.randn((20, 50_257), generator=torch.Generator().manual_seed(0)) * 3
    exact = warper(None, x.double()) > -math.inf
    assert torch.equal(TypicalSampling(mass=0.99)(None, x) > -math.inf, exact)
    assert ((warper(None, x) > -math.inf) != exact).any(dim=1).sum() > 10

"""
Is my generator dropping modes?
===============================

A generator that forgets half of the data may still make fine samples, and each of them passes for
real. Here three stand-ins for a generator of handwritten digits, each with a fault that is known,
and the scores that find it; then a generator that is held to its modes.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture

from infomax.measures import (
    classifier_score,
    frechet_distance,
    mode_coverage,
    mode_coverage_result,
    support_overlap,
)
from infomax.representation import PointGenerator, ReplayBufferEntropy

# %%
# Half of scikit-learn's digits are kept apart as a reference. A generator here is a mixture of
# Gaussians: a good one, one that never saw the digits from 5 on, and one whose samples are blurred.

pixels, classes = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(pixels))
pixels, classes = PCA(20, random_state=0).fit_transform(pixels[order]), classes[order]
learned_from, reference = pixels[:900], pixels[900:]
judge = LogisticRegression(max_iter=2000).fit(learned_from, classes[:900])


def generated(items, blur=0.0):
    """Return samples of a mixture fitted to items."""
    mixture = GaussianMixture(20, reg_covar=1.0, random_state=0).fit(items)
    samples = mixture.sample(900)[0]
    return samples + blur * np.random.default_rng(1).normal(size=samples.shape)


generators = {
    "good": generated(learned_from),
    "drops modes": generated(learned_from[classes[:900] < 5]),
    "blurred": generated(learned_from, blur=4.0),
}

# %%
# The Fréchet distance is large for both faulty ones and does not say why. Precision and recall do:
# a generator that drops modes is precise and recalls little, a blurred one the other way about. A
# classifier that knows the modes can count them, and its score says how many there are in effect.

print(f"{'':>12}  Fréchet  precision  recall  modes  effective")
for name, samples in generators.items():
    overlap = support_overlap(reference, samples)
    modes = mode_coverage(judge.predict(samples), 10, minimum=20)
    score = classifier_score(judge.predict_proba(samples))
    print(
        f"{name:>12}  {frechet_distance(reference, samples):7.0f}  {overlap.precision:9.2f}  "
        f"{overlap.recall:6.2f}  {modes:5d}  {score:9.1f}"
    )

# %%
# The remedy has to act during training. A generator that is told only how likely each sample is
# puts all of them at one mode. `ReplayBufferEntropy` keeps samples (or their embeddings, for
# pictures) away from the nearest of the latest thousand: one line in a training loop of your own.

angles = torch.arange(8) * torch.pi / 4
centres = 2 * torch.stack([angles.cos(), angles.sin()], dim=1)
width = 0.4


def log_density(points):
    """Return the logarithm of eight Gaussians on a ring, but for a constant."""
    return (-(torch.cdist(points, centres) / width).square() / 2).logsumexp(dim=1)


def trained(weight):
    """Return samples of a generator that maximises likelihood and weighted entropy."""
    generator = PointGenerator(2, n_hidden=(64, 64), n_latent=8, random_state=0)
    entropy = ReplayBufferEntropy(2, weight=weight, random_state=0)
    optimizer = torch.optim.Adam(generator.parameters(), lr=3e-3)
    noise = torch.Generator().manual_seed(0)
    for _ in range(500):
        points = generator(torch.randn(128, 8, generator=noise))
        loss = -log_density(points).mean() + entropy(points)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return generator(torch.randn(1000, 8, generator=noise))


# %%
# With a larger weight more modes are reached, and more samples lie between them: the weight is a
# choice between the two faults.

figure, panels = plt.subplots(
    1, 3, figsize=(9, 3.3), sharex=True, sharey=True, layout="constrained"
)
for panel, weight in zip(panels, (0.0, 1.0, 2.0), strict=True):
    samples = trained(weight)
    found = mode_coverage_result(samples, centres, radius=3 * width, minimum=30)
    panel.scatter(*samples.T, s=3)
    panel.scatter(*centres.T, marker="+", color="black")
    panel.set_title(f"weight {weight:g}: {found.n_covered} of 8 modes")
    panel.set_xlabel(f"{found.high_quality:.0%} of samples at a mode")

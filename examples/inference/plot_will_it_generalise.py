"""
Which of my networks will generalise?
=====================================

Forty-eight networks learn the same two hundred digits, and nearly all of them learn them by heart. Which will
do well on others? Theory says: look at what a hidden layer keeps of a picture beyond its label.
"""

# %%
# A layer with Gaussian noise keeps an amount of information that can be computed. Networks differ in
# their width, in how much their weights are held back, and in their first weights.
import itertools

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.stats import spearmanr
from torch.nn.functional import cross_entropy

from infomax.data.images import digits_8x8
from infomax.inference import bottleneck_generalization_bound
from infomax.measures import stochastic_encoder_information_result
from infomax.networks import Batches, StochasticMLP, train_many

digits = digits_8x8()
order = np.random.default_rng(0).permutation(len(digits.labels))
pictures = torch.from_numpy(digits.scaled(order)).flatten(1)
labels = torch.from_numpy(digits.labels[order])
seen, others = slice(0, 200), slice(200, 1200)

settings = list(itertools.product([8, 16, 32], [0.0, 0.003, 0.01, 0.03], range(4)))
trained = train_many(
    lambda setting, seed: StochasticMLP(64, (setting[0],), 10, random_state=seed),
    settings,
    lambda setting, seed: Batches(
        pictures[seen], labels[seen], batch_size=100, n_noise=setting[0], random_state=seed
    ),
    loss=lambda model, batch: cross_entropy(model(batch[0], batch[2]), batch[1]),
    n_epochs=80,
    make_optimizer=lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9),
    weight_decay=[decay for _, decay, _ in settings],
    random_state=0,
)


# %%
# The information is measured on the training pictures alone, so that the others stay unseen. The gap
# in loss is what nobody would know yet.
@torch.no_grad()
def measured(model):
    """Return the information, the largest that could be seen, and the gap."""
    mean, std = model.encode(pictures[seen])
    found = stochastic_encoder_information_result(
        mean, std, labels=labels[seen], estimator="mc", n_draws=10, random_state=0
    )
    inside, outside = (cross_entropy(model(pictures[s]), labels[s]) for s in (seen, others))
    return float(found.value), found.ceiling, float(outside - inside)


found = [measured(trained.model(index)) for index in range(len(settings))]
information, ceilings, gap = np.array(found).T
size = np.array([sum(p.numel() for p in trained.model(i).parameters()) for i in range(len(found))])
for name, measure in (("information", information), ("number of weights", size)):
    print(f"rank correlation of {name} with the gap: {spearmanr(measure, gap).statistic:.2f}")

# %%
# The bound of the theory grows with the root of the information over the number of pictures. Two of
# its constants are unknown, so that it orders networks and promises nothing. The dotted line is the
# most that an estimate from twenty pictures a class can show: near it the truth lies higher.
term = [bottleneck_generalization_bound(i, 0.0, 200, g3=1.0) for i in information]
print(f"information term from {min(term):.3f} to {max(term):.3f}, gap from {gap.min():.2f}"
      f" to {gap.max():.2f}")  # fmt: skip

figure, panels = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained", sharey=True)
decays = np.array([decay for _, decay, _ in settings])
for decay in np.unique(decays):
    some = decays == decay
    panels[0].scatter(information[some], gap[some], s=14, label=f"decay {decay:g}")
    panels[1].scatter(size[some], gap[some], s=14)
panels[0].axvline(ceilings[0], color="grey", linewidth=0.8, linestyle=":")
panels[0].set(xlabel="I(X;Z|Y) on the pictures seen, nats", ylabel="gap in loss")
panels[1].set(xlabel="number of weights")
panels[0].legend(fontsize=7)
plt.show()

"""
Does my contrastive loss learn all that two views share?
========================================================

A contrastive loss is content once it tells the pairs of a batch apart, and a few factors can do
that. Views that share more than the logarithm of the batch give it no reason to learn the rest.
Here two pictures share four digits: the classes in the second are those of the first plus one.
"""

# %%
# Grids of four handwritten digits, from scikit-learn. They share 4 log 10 = 9.2 nats, a batch of 64
# pairs cannot show more than log 64 = 4.2.
import math
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import RidgeClassifier

from infomax.data.images import digits_8x8
from infomax.data.multi_digits import spatial_multi_mnist
from infomax.networks import MLP
from infomax.representation import PairEncoder

digits = digits_8x8()
order = np.random.default_rng(0).permutation(len(digits.labels))


def pairs(some, n, seed):
    """Return pairs of grids made of some of the digits."""
    pixels, labels = digits.scaled()[some, 0], digits.labels[some]
    return spatial_multi_mnist(pixels, labels, rows=2, columns=2, n=n, random_state=seed)


train, probe, test = (
    pairs(order[:1200], 1000, 0),
    pairs(order[:1200], 1500, 1),
    pairs(order[1200:], 1000, 2),
)
print(f"shared: {train.mutual_information:.1f} nats, log 64: {math.log(64):.1f}")

# %%
# The same network is trained by InfoNCE and by Wasserstein predictive coding, which also holds the
# slope of its critic near one. A linear probe then reads each digit off the encoding.


def network(n_dims, seed):
    """Return an encoder of grids."""
    return MLP(256, (128,), n_dims, random_state=seed)


accuracies = {}
for objective in ("cpc", "wpc"):
    encoder = PairEncoder(network, objective=objective, penalty=1, n_epochs=30, random_state=0)
    encoder.fit(train.x, train.y)
    z, z_test = encoder.transform(probe.x), encoder.transform(test.x)
    accuracies[objective] = [
        RidgeClassifier().fit(z, probe.factors[:, k]).score(z_test, test.factors[:, k])
        for k in range(4)
    ]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        bound = encoder.score(train.x, train.y)
    print(f"{objective}: InfoNCE {bound:.2f} nats, probe {np.mean(accuracies[objective]):.2f}")
    for warning in said:
        print("   ", warning.message)

# %%
# InfoNCE has reached its ceiling, and says so; the flatter critic tells less of a batch, and its
# encoding tells more of each digit.
figure, axis = plt.subplots(figsize=(5.5, 3.2), layout="constrained")
for place, (objective, found) in enumerate(accuracies.items()):
    axis.bar(np.arange(4) + 0.4 * place, found, width=0.38, label=objective)
axis.set_xticks(np.arange(4) + 0.2, ["top left", "top right", "bottom left", "bottom right"])
axis.set(ylabel="probe accuracy", ylim=(0.7, 0.95))
axis.legend()
plt.show()

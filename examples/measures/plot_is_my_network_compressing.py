"""
Is my network compressing, or only growing?
===========================================

While a network trains, the cloud that its last layer makes of the data changes shape. An entropy of
that cloud tells whether it spreads or gathers, but at a fixed bandwidth it also follows the mere
size of the cloud, and training makes clouds larger. Here both are looked at side by side.
"""

# %%
# A small network learns digits; at some epochs its last hidden layer is measured on 500 pictures
# it does not train on.
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import cross_entropy

from infomax.data.images import digits_8x8
from infomax.measures import (
    diffusion_spectral_entropy,
    diffusion_spectral_mutual_information,
    median_bandwidth,
)
from infomax.networks import MLP, ActivationMonitor, ActivationRecorder, Batches, train

digits = digits_8x8()
order = np.random.default_rng(0).permutation(len(digits.labels))
pictures = torch.from_numpy(digits.scaled(order)).flatten(1)
labels = torch.from_numpy(digits.labels[order])
probe, probe_labels = pictures[1000:1500], labels[1000:1500]

model = MLP(64, (64, 64), 10, random_state=0)
monitor = ActivationMonitor(
    ActivationRecorder(model, ["features"], probe),
    measures={
        "entropy, bandwidth 2": lambda z: diffusion_spectral_entropy(z, bandwidth=2.0),
        "entropy, median bandwidth": lambda z: diffusion_spectral_entropy(z, bandwidth="median"),
        "what it tells about the digit": lambda z: diffusion_spectral_mutual_information(
            z, probe_labels, bandwidth="median", random_state=0
        ),
        "median distance": median_bandwidth,
    },
)
train(
    model,
    Batches(pictures[:1000], labels[:1000], batch_size=50, random_state=0),
    loss=lambda model, batch: cross_entropy(model(batch[0]), batch[1]),
    n_epochs=34,
    callback=monitor,
)

# %%
# At a fixed bandwidth the entropy rises to nearly the largest value that 500 points can have: the
# cloud has grown forty times as wide. With a bandwidth that follows the median distance the same
# entropy falls. So this network does both: it grows, and seen without its scale it gathers; and as
# the third curve says, it gathers by digit.
for name in monitor.measures:
    series = monitor.series(name, layer="features")
    told = {epoch: f"{value:.2f}" for epoch, value in series.items() if epoch in (0, 3, 34)}
    print(f"{name:30}", told)

figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained")
for name, axis in zip(monitor.measures, [axes[0], axes[0], axes[1], axes[2]], strict=True):
    series = monitor.series(name, layer="features")
    axis.plot(list(series), list(series.values()), marker="o", markersize=3, label=name)
for axis, title in zip(
    axes, ["entropy (nats)", "information (nats)", "size of cloud"], strict=True
):
    axis.set(xlabel="epoch", title=title, xscale="symlog", xticks=[0, 1, 3, 8, 34])
    axis.set_xticklabels([0, 1, 3, 8, 34])
    axis.legend(fontsize="small")
plt.show()

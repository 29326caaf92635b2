"""
Does my ReLU network compress, or did the bins saturate?
========================================================

An information plane says how much each layer tells of its input and of the label while a network
trains. Whether a layer seems to forget its input depends on the ruler: ReLU units have no largest
value, and bins laid over all they ever answered are too wide for most of what they answer. Here
the same layers are measured with bins that follow each layer, and with bins that do not.
"""

# %%
# A network learns to label all words of twelve bits, of which four in five are trained on. What
# its layers answer to all 4,096 is kept at some epochs.
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import cross_entropy

from infomax.data.tishby_12bit import tishby_12bit
from infomax.measures import binned_information, compression_score, information_plane
from infomax.networks import MLP, ActivationRecorder, Batches, train

data = tishby_12bit(random_state=0)
order = np.random.default_rng(0).permutation(4096)
words = torch.from_numpy(data.words[order]).float()
labels = torch.from_numpy(data.labels[order])

model = MLP(12, (10, 7, 5, 4), 2, random_state=2)
layers = [f"features.{place}" for place in (2, 4, 6, 8)]
recorder = ActivationRecorder(model, layers, words, batch_size=4096)
train(
    model,
    Batches(words[:3277], labels[:3277], batch_size=256, random_state=0),
    loss=lambda model, batch: cross_entropy(model(batch[0]), batch[1]),
    n_epochs=89,
    optimizer=torch.optim.Adam(model.parameters(), lr=5e-3),
    callback=recorder,
)

# %%
# Thirty bins either way. Fixed ones reach from zero to the largest activity of any layer at any
# epoch.
largest = max(float(t.max()) for found in recorder.activations.values() for t in found.values())
fixed = partial(binned_information, binning="global", edges=np.linspace(0, largest, 31)[:-1])
planes = {
    "bins that follow each layer": information_plane(recorder.activations, labels, base=2),
    "bins of one width": information_plane(recorder.activations, labels, estimator=fixed, base=2),
}

# %%
# Under bins that follow them the first two layers sit at the ceiling of twelve bits: nearly every
# word has a cell of its own, which would make even shuffled labels known to a bit. There nothing
# can be said. Of the others, the score is the share of its largest information that a layer gives
# up by the end.
for name, plane in planes.items():
    print(f"{name}: largest activity {largest:.0f}")
    for place, (_, of_layer) in enumerate(plane.groupby("layer"), 1):
        score, at_ceiling = compression_score(of_layer["i_tx"]), of_layer["near_ceiling"].mean()
        print(f"  layer {place}: score {score:.2f}, at the ceiling {at_ceiling:.0%} of the time")

# %%
# Each path is a layer, its end marked. With fixed bins every layer seems to learn ever more of its
# input, for its activity grows into bins that were empty; with bins that follow them the last two
# begin with the most and end with less. So: it compresses a little, and the fixed bins hid it.
figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharex=True, sharey=True, layout="constrained")
for axis, (name, plane) in zip(axes, planes.items(), strict=True):
    for place, (_, of_layer) in enumerate(plane.groupby("layer"), 1):
        (path,) = axis.plot(of_layer["i_tx"], of_layer["i_ty"], marker=".", label=f"layer {place}")
        axis.plot(
            of_layer["i_tx"].iloc[-1:], of_layer["i_ty"].iloc[-1:], "o", color=path.get_color()
        )
    axis.set(title=name, xlabel="I(T;X), bits")
axes[0].set_ylabel("I(T;Y), bits")
axes[0].legend(fontsize="small")
plt.show()

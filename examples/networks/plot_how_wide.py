"""
How wide must a network be to read digits?
==========================================

One training run says little: the next seed may tell another story. A hundred small networks,
twenty of each of five widths, are trained here in the time that a loop would need for ten.
"""

# %%
# Eight by eight pixels are enough to tell digits apart, and they come with scikit-learn.
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import cross_entropy

from infomax.data.images import digits_8x8
from infomax.networks import MLP, train_many

digits = digits_8x8()
order = np.random.default_rng(0).permutation(len(digits.labels))
pictures = torch.from_numpy(digits.scaled(order)).flatten(1)
labels = torch.from_numpy(digits.labels[order])
n_train = 1000

# %%
# Networks of one width are trained in one pass; each has first weights and batches of its own.
widths = np.repeat([1, 2, 4, 8, 16], 20)
trained = train_many(
    lambda width, seed: MLP(64, (int(width),), 10, random_state=seed),
    widths,
    (pictures[:n_train], labels[:n_train]),
    loss=lambda model, batch: cross_entropy(model(batch[0]), batch[1]),
    n_epochs=12,
    batch_size=100,
    make_optimizer=lambda weights: torch.optim.Adam(weights, lr=0.03),
    random_state=0,
)
answers = torch.stack(trained.outputs(pictures[n_train:]))
accuracy = (answers.argmax(dim=2) == labels[n_train:]).double().mean(dim=1).numpy()
for width in np.unique(widths):
    some = accuracy[widths == width]
    print(f"{width:3} units: {some.mean():.3f}, from {some.min():.3f} to {some.max():.3f}")

# %%
# The spread over seeds is as telling as the mean: a narrow network may or may not find its way.
figure, axis = plt.subplots(figsize=(6, 3.6), layout="constrained")
jitter = 1 + 0.05 * np.random.default_rng(1).normal(size=widths.size)
axis.scatter(widths * jitter, accuracy, s=12, alpha=0.6)
axis.plot(np.unique(widths), [accuracy[widths == w].mean() for w in np.unique(widths)])
axis.set(xscale="log", xlabel="units in the hidden layer", ylabel="accuracy on pictures not seen")
axis.set_xticks(np.unique(widths), np.unique(widths))
plt.show()

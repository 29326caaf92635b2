"""
Which words may follow, and what did two faults cost?
=====================================================

A truncation decides which words a language model may say next. Nucleus sampling keeps the likeliest
ones; locally typical sampling keeps those that say about as much as the context leads one to
expect, and may drop the likeliest word itself. Two faults in its history, a word too few and a sum
in too few digits, show how much hangs on one index.
"""

# %%
# A small language model: how often one word follows another in the descriptions of scikit-learn's
# data sets, mixed with how often each word occurs at all.
import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from infomax.language import nucleus_mask, typical_mask
from infomax.measures import categorical_entropy

text = " ".join(load().DESCR for load in (load_breast_cancer, load_diabetes, load_iris, load_wine))
words, ids = np.unique(text.lower().split(), return_inverse=True)
follows = np.zeros((len(words), len(words)))
np.add.at(follows, (ids[:-1], ids[1:]), 1)
alone = np.bincount(ids) / len(ids)
seen = follows.sum(axis=1)[:, None]
model = (follows + 4 * alone) / (seen + 4)
contexts = np.flatnonzero(seen[:, 0] >= 5)
logits = np.log(model[contexts])
print(f"{len(words)} words, {len(contexts)} contexts")

# %%
# After "the" many words may come. With little mass, nucleus sampling keeps the likeliest few.
# Typical sampling passes over them for words that say about as much as is expected there, 4 nats.
the = logits[list(words[contexts]).index("the")]
print(f"entropy after 'the': {categorical_entropy(logits=the):.2f} nats")
order = np.argsort(-the)[:60]
figure, panels = plt.subplots(1, 2, figsize=(9, 3), sharey=True, layout="constrained")
masks = {"nucleus": nucleus_mask(the, mass=0.2), "typical": typical_mask(the, mass=0.2)}
for axes, (name, mask) in zip(panels, masks.items(), strict=True):
    kept = mask[order]
    axes.bar(np.arange(60), np.exp(the[order]), color=np.where(kept, "C0", "0.8"))
    some = [str(word) for word in words[order][kept][:3]]
    axes.set(title=f"{name}: {', '.join(some)} …", xlabel="rank of the word")
panels[0].set(ylabel="probability after 'the'", yscale="log")

# %%
# **A word too few.** The paper keeps the smallest set whose mass *reaches* what was asked for. For a
# while transformers left out the word that crosses it; ``convention="released"`` does so still.
# What is kept then falls short of what was asked for, unless the first word has that much alone.
asked = np.linspace(0.05, 0.99, 40)
figure, axes = plt.subplots(figsize=(6, 3.4), layout="constrained")
for convention, colour in (("paper", "C0"), ("released", "C3")):
    kept = np.array(
        [
            (np.exp(logits) * typical_mask(logits, mass=mass, convention=convention)).sum(axis=1)
            for mass in asked
        ]
    )
    low, middle, high = np.percentile(kept, [10, 50, 90], axis=1)
    axes.fill_between(asked, low, high, color=colour, alpha=0.2, lw=0)
    axes.plot(asked, middle, color=colour, label=convention)
    short = (kept < asked[:, None]).mean()
    print(f"{convention}: {short:.0%} of the sets fall short, of 0.5 by up to", end=" ")
    print(f"{max(0.5 - kept[np.argmin(abs(asked - 0.5))].min(), 0):.2f}")
axes.plot([0, 1], [0, 1], color="0.6", lw=0.8)
axes.set(xlabel="mass asked for", ylabel="mass kept", title="the word that crosses")
axes.legend()

# %%
# **A sum in too few digits.** The first version counted the words whose cumulated mass lies below
# what was asked for and took the count as an index. If each partial sum is rounded to bfloat16, the
# sum stops growing long before one: then every word counts, and the index lies beyond the last.
generator = torch.Generator().manual_seed(0)
scale = torch.linspace(1, 4, 60)[:, None]
p = (torch.randn((60, 4000), generator=generator) * scale).softmax(dim=-1)
p = p.sort(dim=-1, descending=True).values.bfloat16()
total = torch.zeros(60, dtype=torch.bfloat16)
for column in p.T:
    total = total + column
beyond = [(total.float() < mass).float().mean() for mass in asked]
exact = p.double().sum(dim=-1)
print(
    f"the sum ends between {total.min():.2f} and {total.max():.2f}; in float64 at {exact.mean():.2f}"
)
figure, axes = plt.subplots(figsize=(6, 3.4), layout="constrained")
axes.plot(asked, beyond, color="C3", label="partial sums in bfloat16")
axes.axhline(0, color="C0", label="sums in float64, index kept in bounds")
axes.set(xlabel="mass asked for", ylabel="share of rows", title="index beyond the vocabulary")
axes.legend()
plt.show()

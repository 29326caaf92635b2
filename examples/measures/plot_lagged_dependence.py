"""
After how many hours does the rain tell about the river?
========================================================

One series follows another with a delay, through a threshold and with a memory of its own. Mutual
information over lags finds the delay whatever the shape of the answer. But two slow series look
dependent beside shuffled ones even if they have nothing to do with each other: the honest null
shifts one against the other and keeps both as smooth as they are.
"""

import matplotlib.pyplot as plt
import numpy as np

from infomax.measures import mutual_information_result, transfer_entropy

# %%
# Showers that last some hours; a river that rises six hours after the ground has had enough, and
# falls slowly; and the level of another river, far away.

rng = np.random.default_rng(3)
n = 500


def slow(steps, memory):
    """Return a series that forgets its past at a given rate."""
    level = np.zeros(len(steps))
    for t in range(1, len(steps)):
        level[t] = memory * level[t - 1] + steps[t]
    return level


rain = np.exp(slow(rng.normal(size=n), 0.7))
over = np.maximum(np.roll(rain, 6) - 1.5, 0)
river = slow(np.sqrt(over) + 0.1 * rng.normal(size=n), 0.6)
elsewhere = slow(rng.normal(size=n), 0.97)

# %%
# What the rain tells about the river so many hours later, and what chance gives at each lag.

lags = np.arange(0, 19, 2)


def at_lag(lag, later, null):
    """Return the information at one lag, beside the null."""
    return mutual_information_result(
        rain[: n - lag], later[lag:], n_permutations=19, null=null, random_state=0
    )


near = [at_lag(lag, river, "circular") for lag in lags]
values = [found.value for found in near]
best = int(np.argmax(values))
print(f"most after {lags[best]} hours: {values[best]:.2f} nats, p = {near[best].p_value}")

figure, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
axis.errorbar(lags, values, [found.standard_error for found in near], marker="o", label="river")
axis.plot(lags, [found.null_mean for found in near], "--", label="shifted at random")
axis.set(xlabel="hours from the rain to the level", ylabel="nats")
axis.legend()

# %%
# Two slow series that know nothing of each other: beside shuffled copies they seem to, beside
# shifted ones they do not.

drift = slow(rng.normal(size=n), 0.97)
for null in ("permutation", "circular"):
    found = mutual_information_result(
        drift, elsewhere, n_permutations=99, null=null, random_state=0
    )
    print(
        f"{null:>11}: {found.value:.2f} nats, by chance {found.null_mean:.2f}, p = {found.p_value}"
    )

# %%
# Information at a lag has no arrow of its own: a slow river remembers too. Transfer entropy asks
# what the rain adds to the river's own past, and the other way round.

for name, pair in (("rain to river", (rain, river)), ("river to rain", (river, rain))):
    print(f"{name}: {transfer_entropy(*pair, lag=6):+.2f} nats")

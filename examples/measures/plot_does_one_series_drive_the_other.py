"""
Does one series drive the other?
================================

Two series that rise and fall together may drive each other, or one of them only, or have nothing
to do with each other. Correlation at a lag cannot tell: a smooth series resembles its own past, so
that whatever follows it seems to lead it as well. Transfer entropy asks what the past of one adds
to what the other's own past tells already.
"""

import matplotlib.pyplot as plt
import numpy as np

from infomax.measures import ksg_mutual_information, transfer_entropy_result

# %%
# The temperature outside drives the load of a power grid: people heat when it is cold and cool when
# it is hot, two hours late. A straight line sees no more of that than whether it was cold or hot on
# the whole. Both series are smooth.

rng = np.random.default_rng(1)
n = 600
temperature, load = np.zeros(n), np.zeros(n)
for t in range(2, n):
    temperature[t] = 0.9 * temperature[t - 1] + 0.45 * rng.normal()
    load[t] = 0.5 * load[t - 1] + 0.5 * temperature[t - 2] ** 2 + 0.4 * rng.normal()

slope = np.corrcoef(temperature[:-2], load[2:])[0, 1]
print(f"correlation {slope:+.2f}, mean temperature {temperature.mean():+.2f}")

# %%
# Mutual information sees the curve, but in both directions: load "leads" temperature too.

lags = range(1, 7)
ahead = [ksg_mutual_information(temperature[:-lag], load[lag:]) for lag in lags]
behind = [ksg_mutual_information(load[:-lag], temperature[lag:]) for lag in lags]

# %%
# Transfer entropy has a direction. What chance alone gives is read off the source shifted in time,
# which leaves it as smooth as it is; the share of shifts that reach the value is the p-value.


def driven(source, target):
    """Return the transfer entropy at each lag, chance taken away, and its p-value."""
    found = [
        transfer_entropy_result(source, target, lag=lag, n_permutations=39, random_state=0)
        for lag in lags
    ]
    return [one.effective for one in found], [one.p_value for one in found]


forth, p_forth = driven(temperature, load)
back, p_back = driven(load, temperature)
best = int(np.argmax(forth))
print(f"temperature to load, lag {lags[best]}: {forth[best]:.2f} nats, p = {p_forth[best]:.3f}")
print(f"load to temperature, at most: {max(back):.2f} nats, p = {min(p_back):.3f}")

# %%
# Only one direction is left, and it peaks at the two hours that were put in.

figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True, layout="constrained")
for axis, (one, other), title in (
    (axes[0], (ahead, behind), "mutual information"),
    (axes[1], (forth, back), "transfer entropy"),
):
    axis.plot(lags, one, "o-", label="temperature, then load")
    axis.plot(lags, other, "s--", label="load, then temperature")
    axis.axhline(0, color="0.7", linewidth=0.8)
    axis.set(title=title, xlabel="lag in hours")
axes[0].set_ylabel("nats")
axes[1].legend()

"""
How much must I know before this task can be learnt from 100 examples?
======================================================================

Many functions fit a hundred examples; few of them are right elsewhere. If one in :math:`e^{50}` of
them has the error you hope for, your choice of a model must supply 50 nats that the data do not.
Here that number is read off for pictures of digits: by the kernel, by the target, and by how many
examples there are.
"""

# %%
# A Gaussian process is a space of functions whose errors have a known law, so the number is exact.
# The target is a share of the variance: 1 is what the mean answer reaches, 0.25 leaves a quarter.
import matplotlib.pyplot as plt
import numpy as np

from infomax.data.images import digits_8x8
from infomax.inference import GaussianProcessHypotheses, inductive_bias, inductive_bias_result

digits = digits_8x8()
order = np.random.default_rng(0).permutation(len(digits.labels))
x = digits.scaled(order).reshape(-1, 64).astype(float)
y = np.eye(10)[digits.labels[order]]
x_test, y_test = x[1000:1200], y[1000:1200]
variance = y_test.var(axis=0).mean()


def errors_of(kernel, n):
    """Return the law of the test error of random functions that fit n examples."""
    space = GaussianProcessHypotheses(kernel, length_scale="median").fit(x[:n], y[:n])
    return space.error_distribution(x_test, y_test)


kernels = ("rbf", "matern52", "matern32", "laplace")
for kernel in kernels:
    law = errors_of(kernel, 100)
    told = [f"{inductive_bias(law, share * variance, base=2):7.0f}" for share in (1, 0.5, 0.25)]
    print(f"{kernel:9} bits for a target of 1, 1/2 and 1/4 of the variance:", *told)

# %%
# The rougher the functions of a space, the more must be added: the Laplace kernel needs thousands of
# bits where the smoothest needs hundreds, so that much is already said by choosing the smooth one.
#
# Without a known law (say, for networks) one has a sample of errors and fits a law to it. Far below
# the smallest error drawn only the form of that law speaks, and the call says so. Here the truth is
# at hand, and the fitted law is too hopeful.
law = errors_of("rbf", 100)
sample = law.sample(2000, random_state=0)
near = np.quantile(sample, 0.01)
found = inductive_bias_result(sample, near, n_bootstrap=50, random_state=0)
print(
    f"where it can be counted: {found.value:.2f} nats fitted, {inductive_bias(law, near):.2f} exact"
)

shares = np.geomspace(0.1, 1.5, 25)
figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
axes.plot(shares, -law.logcdf(shares * variance), label="exact")
axes.plot(shares, -found.fit.logcdf(shares * variance), "--", label="law fitted to 2,000 draws")
axes.axvline(sample.min() / variance, color="grey", linestyle=":", label="smallest error drawn")
axes.set(xlabel="target, share of the variance", ylabel="nats required", title="RBF, 100 examples")
axes.legend()

# %%
# More examples do part of the work: with each doubling less is left for the designer, and with 400
# of them a smooth function that fits reaches this target by itself.
sizes = (25, 50, 100, 200, 400, 800)
figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
for kernel in kernels:
    needed = [inductive_bias(errors_of(kernel, n), 0.5 * variance) for n in sizes]
    axes.plot(sizes, needed, marker="o", label=kernel)
axes.set(xlabel="examples", ylabel="nats required", title="target: half of the variance")
axes.set_xscale("log")
axes.set_yscale("symlog", linthresh=10)
axes.set_ylim(-1, 2500)
axes.set_xticks(sizes, sizes)
axes.minorticks_off()
axes.legend()
plt.show()

"""
Which columns of a table tell about the number of bicycles hired?
=================================================================

Hours of two years in Washington: the hour, the calendar, the weather, and how many bicycles were
hired. Columns of every kind stand side by side (words, whole numbers, rounded measurements), and
the hour matters twice a day, which no correlation sees. Mutual information ranks them all in one
unit.

The table comes with ``infomax data get islp``; without it this page shows scikit-learn's diabetes
patients, and what tells about the progress of their disease.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes

from infomax.data.regression import bikeshare
from infomax.exceptions import MissingDataError
from infomax.measures import mutual_information, mutual_information_result

try:
    table = pd.DataFrame(bikeshare()).drop(columns=["casual", "registered", "day"])
    table["weathersit"] = table["weathersit"].replace("heavy rain/snow", "light rain/snow")
    target, cycle, switch = "bikers", "hr", "workingday"
except MissingDataError:
    table = load_diabetes(as_frame=True, scaled=False).frame
    target, cycle, switch = "target", "bmi", "sex"

# %%
# ``kind="mixed"`` says that whole numbers are numbers here, of which many repeat; words stay labels.
# The result names the estimator it took, and how far the value would move with other hours.

results = {
    name: mutual_information_result(table[name], table[target], kind="mixed", base=2)
    for name in table.columns
    if name != target
}
ranking = sorted(results, key=lambda name: -results[name].value)
for name in ranking:
    found = results[name]
    print(f"{name:>11}: {found.value:6.3f} ± {found.standard_error:.3f} bits, by {found.estimator}")

# %%
# Beside the size of the correlation, squared and turned into bits as if everything were Gaussian:
# the hour comes out far ahead only where its shape counts.

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
rows = np.arange(len(ranking))
values = [results[name].value for name in ranking]
errors = [results[name].standard_error for name in ranking]
straight = [
    -0.5 * np.log2(1 - np.corrcoef(table[name], table[target])[0, 1] ** 2)
    if pd.api.types.is_numeric_dtype(table[name])
    else np.nan
    for name in ranking
]
axis.barh(rows - 0.2, values, xerr=errors, height=0.4, label="mutual information")
axis.barh(rows + 0.2, straight, height=0.4, label="as much of it as is a straight line")
axis.set(yticks=rows, yticklabels=ranking, xlabel=f"bits about {target}")
axis.invert_yaxis()
axis.legend()

# %%
# Two columns can tell more together than one by one: a working day says little by itself, but it
# says which of the two shapes of a day the hour has to be read by.

alone = [results[name].value for name in (cycle, switch)]
together = mutual_information(table[[cycle, switch]], table[target], kind="mixed", base=2)
print(f"{cycle} {alone[0]:.2f}, {switch} {alone[1]:.2f}, both together {together:.2f} bits")

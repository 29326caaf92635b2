"""Every estimator of mutual information on every task whose answer is known."""

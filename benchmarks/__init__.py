"""Workloads against peers: values are compared before times."""

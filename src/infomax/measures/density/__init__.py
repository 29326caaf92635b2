"""Entropy and information of densities: bins, kernels, Gaussians."""

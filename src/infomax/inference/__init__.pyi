from ._bottleneck_bound import BoundFactor as BoundFactor
from ._bottleneck_bound import bottleneck_bound_factor as bottleneck_bound_factor
from ._bottleneck_bound import bottleneck_bound_factor_result as bottleneck_bound_factor_result
from ._bottleneck_bound import bottleneck_generalization_bound as bottleneck_generalization_bound
from ._gaussian_process import GaussianPosterior as GaussianPosterior
from ._gaussian_process import GaussianProcess as GaussianProcess
from ._gaussian_process_hypotheses import GaussianProcessHypotheses as GaussianProcessHypotheses
from ._inductive_bias import InductiveBias as InductiveBias
from ._inductive_bias import architecture_bias as architecture_bias
from ._inductive_bias import inductive_bias as inductive_bias
from ._inductive_bias import inductive_bias_result as inductive_bias_result
from ._network_hypotheses import NetworkHypotheses as NetworkHypotheses
from ._noncentral_chi2 import noncentral_chi2_logcdf as noncentral_chi2_logcdf
from ._noncentral_chi2_fit import NoncentralChi2Fit as NoncentralChi2Fit
from ._parameter_information import parameter_information as parameter_information
from ._posterior import Posterior as Posterior
from ._quadratic_form import QuadraticForm as QuadraticForm
from ._quadratic_form import quadratic_form_logcdf as quadratic_form_logcdf
from ._swag import SWAG as SWAG

__all__ = [
    "SWAG",
    "BoundFactor",
    "GaussianPosterior",
    "GaussianProcess",
    "GaussianProcessHypotheses",
    "InductiveBias",
    "NetworkHypotheses",
    "NoncentralChi2Fit",
    "Posterior",
    "QuadraticForm",
    "architecture_bias",
    "bottleneck_bound_factor",
    "bottleneck_bound_factor_result",
    "bottleneck_generalization_bound",
    "inductive_bias",
    "inductive_bias_result",
    "noncentral_chi2_logcdf",
    "parameter_information",
    "quadratic_form_logcdf",
]

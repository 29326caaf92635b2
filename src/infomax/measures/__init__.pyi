from ._mutual_information import mutual_information as mutual_information
from ._mutual_information_result import InformationEstimate as InformationEstimate
from ._mutual_information_result import mutual_information_result as mutual_information_result
from ._null import PermutationTest as PermutationTest
from ._null import permutation_test as permutation_test
from .density._binned import binned_entropy as binned_entropy
from .density._binned import binned_mutual_information as binned_mutual_information
from .density._copula import (
    gaussian_copula_mutual_information as gaussian_copula_mutual_information,
)
from .density._gaussian import gaussian_entropy as gaussian_entropy
from .density._gaussian import gaussian_mutual_information as gaussian_mutual_information
from .density._gaussian import gaussian_total_correlation as gaussian_total_correlation
from .density._gaussian_channel import gaussian_channel_capacity as gaussian_channel_capacity
from .density._gaussian_divergences import diagonal_gaussian_kl as diagonal_gaussian_kl
from .density._gaussian_divergences import gaussian_cs_divergence as gaussian_cs_divergence
from .density._gaussian_divergences import gaussian_kl as gaussian_kl
from .density._gaussian_divergences import gaussian_renyi_divergence as gaussian_renyi_divergence
from .density._gaussian_divergences import gaussian_wasserstein2 as gaussian_wasserstein2
from .density._information_plane import compression_score as compression_score
from .density._information_plane import information_plane as information_plane
from .density._kde import kde_entropy as kde_entropy
from .density._kde import kde_information as kde_information
from .density._layer_bins import adaptive_bin_edges as adaptive_bin_edges
from .density._layer_bins import binned_information as binned_information
from .density._layer_information import LayerInformation as LayerInformation
from .density._stochastic_encoder import EncoderInformation as EncoderInformation
from .density._stochastic_encoder import (
    stochastic_encoder_information as stochastic_encoder_information,
)
from .density._stochastic_encoder import (
    stochastic_encoder_information_result as stochastic_encoder_information_result,
)
from .discrete._categorical import categorical_entropy as categorical_entropy
from .discrete._conditional import conditional_entropy as conditional_entropy
from .discrete._conditional import conditional_mutual_information as conditional_mutual_information
from .discrete._discrepancy import jensen_shannon_divergence as jensen_shannon_divergence
from .discrete._discrepancy import kl_divergence as kl_divergence
from .discrete._discrepancy import total_variation as total_variation
from .discrete._entropy import binary_entropy as binary_entropy
from .discrete._entropy import entropy as entropy
from .discrete._entropy_rate import entropy_rate as entropy_rate
from .discrete._entropy_result import EntropyEstimate as EntropyEstimate
from .discrete._entropy_result import entropy_result as entropy_result
from .discrete._predictive import (
    predictive_conditional_mutual_information as predictive_conditional_mutual_information,
)
from .discrete._predictive import predictive_mutual_information as predictive_mutual_information
from .discrete._several import total_correlation as total_correlation
from .discrete._several import variation_of_information as variation_of_information
from .generation._classifier_score import classifier_score as classifier_score
from .generation._classifier_score import classifier_variance as classifier_variance
from .generation._frechet import frechet_distance as frechet_distance
from .generation._mauve import Mauve as Mauve
from .generation._mauve import mauve as mauve
from .generation._mauve import mauve_result as mauve_result
from .generation._mode_coverage import ModeCoverage as ModeCoverage
from .generation._mode_coverage import mode_coverage as mode_coverage
from .generation._mode_coverage import mode_coverage_result as mode_coverage_result
from .generation._support_overlap import SupportOverlap as SupportOverlap
from .generation._support_overlap import support_overlap as support_overlap
from .kernels._bandwidth import median_bandwidth as median_bandwidth
from .kernels._bandwidth_rules import scott_bandwidth as scott_bandwidth
from .kernels._bandwidth_rules import silverman_bandwidth as silverman_bandwidth
from .kernels._cauchy_schwarz import cs_divergence as cs_divergence
from .kernels._cauchy_schwarz_information import cs_mutual_information as cs_mutual_information
from .kernels._cauchy_schwarz_information import (
    cs_mutual_information_result as cs_mutual_information_result,
)
from .kernels._cka import cka as cka
from .kernels._conditional_cauchy_schwarz import (
    conditional_cs_divergence as conditional_cs_divergence,
)
from .kernels._hsic import hsic as hsic
from .kernels._hsic import hsic_result as hsic_result
from .kernels._kernel_dependence import KernelDependence as KernelDependence
from .kernels._matrix_renyi import matrix_renyi_entropy as matrix_renyi_entropy
from .kernels._matrix_renyi import (
    matrix_renyi_mutual_information as matrix_renyi_mutual_information,
)
from .kernels._mmd import mmd2 as mmd2
from .neighbors._break_ties import break_ties as break_ties
from .neighbors._conditional import (
    ksg_conditional_mutual_information as ksg_conditional_mutual_information,
)
from .neighbors._conditional import (
    ksg_conditional_mutual_information_result as ksg_conditional_mutual_information_result,
)
from .neighbors._corrected_ksg import CorrectedInformation as CorrectedInformation
from .neighbors._corrected_ksg import (
    corrected_ksg_mutual_information as corrected_ksg_mutual_information,
)
from .neighbors._corrected_ksg import (
    corrected_ksg_mutual_information_result as corrected_ksg_mutual_information_result,
)
from .neighbors._ksg import ksg_mutual_information as ksg_mutual_information
from .neighbors._ksg import ksg_mutual_information_result as ksg_mutual_information_result
from .neighbors._mixed import mixed_mutual_information as mixed_mutual_information
from .neighbors._mixed import mixed_mutual_information_result as mixed_mutual_information_result
from .neighbors._nearest_neighbors import knn_entropy as knn_entropy
from .neighbors._neighbor_information import NeighborInformation as NeighborInformation
from .neighbors._ross import ross_mutual_information as ross_mutual_information
from .neighbors._ross import ross_mutual_information_result as ross_mutual_information_result
from .neighbors._sliced import SlicedInformation as SlicedInformation
from .neighbors._sliced import sliced_mutual_information as sliced_mutual_information
from .neighbors._sliced import sliced_mutual_information_result as sliced_mutual_information_result
from .neighbors._transfer_entropy import TransferEntropy as TransferEntropy
from .neighbors._transfer_entropy import transfer_entropy as transfer_entropy
from .neighbors._transfer_entropy import transfer_entropy_result as transfer_entropy_result
from .neural._conditional_bounds import barber_agakov as barber_agakov
from .neural._conditional_bounds import club as club
from .neural._critics import BilinearCritic as BilinearCritic
from .neural._critics import ConcatenatedCritic as ConcatenatedCritic
from .neural._critics import SeparableCritic as SeparableCritic
from .neural._gradient_penalty import gradient_penalty as gradient_penalty
from .neural._infonce import infonce as infonce
from .neural._mutual_information_estimator import (
    MutualInformationEstimator as MutualInformationEstimator,
)
from .neural._neural_bounds import donsker_varadhan as donsker_varadhan
from .neural._neural_bounds import jensen_shannon_objective as jensen_shannon_objective
from .neural._neural_bounds import mine as mine
from .neural._neural_bounds import mine_log_mean as mine_log_mean
from .neural._neural_bounds import nwj as nwj
from .neural._neural_bounds import smile as smile
from .spectral._adjacency_spectral import adjacency_spectral_entropy as adjacency_spectral_entropy
from .spectral._adjacency_spectral import (
    adjacency_spectral_mutual_information as adjacency_spectral_mutual_information,
)
from .spectral._diffusion import SpectralEntropy as SpectralEntropy
from .spectral._diffusion import diffusion_spectral_entropy as diffusion_spectral_entropy
from .spectral._diffusion import (
    diffusion_spectral_entropy_result as diffusion_spectral_entropy_result,
)
from .spectral._diffusion_eigenvalues import diffusion_eigenvalues as diffusion_eigenvalues
from .spectral._diffusion_information import SpectralInformation as SpectralInformation
from .spectral._diffusion_information import (
    diffusion_spectral_mutual_information as diffusion_spectral_mutual_information,
)
from .spectral._diffusion_information import (
    diffusion_spectral_mutual_information_result as diffusion_spectral_mutual_information_result,
)
from .transport._sliced_wasserstein import sliced_wasserstein as sliced_wasserstein
from .transport._wasserstein_correlation import wasserstein_correlation as wasserstein_correlation
from .transport._wasserstein_dependency import WassersteinDependency as WassersteinDependency
from .transport._wasserstein_dependency import wasserstein_dependency as wasserstein_dependency
from .transport._wasserstein_dependency import (
    wasserstein_dependency_result as wasserstein_dependency_result,
)

__all__ = [
    "BilinearCritic",
    "ConcatenatedCritic",
    "CorrectedInformation",
    "EncoderInformation",
    "EntropyEstimate",
    "InformationEstimate",
    "KernelDependence",
    "LayerInformation",
    "Mauve",
    "ModeCoverage",
    "MutualInformationEstimator",
    "NeighborInformation",
    "PermutationTest",
    "SeparableCritic",
    "SlicedInformation",
    "SpectralEntropy",
    "SpectralInformation",
    "SupportOverlap",
    "TransferEntropy",
    "WassersteinDependency",
    "adaptive_bin_edges",
    "adjacency_spectral_entropy",
    "adjacency_spectral_mutual_information",
    "barber_agakov",
    "binary_entropy",
    "binned_entropy",
    "binned_information",
    "binned_mutual_information",
    "break_ties",
    "categorical_entropy",
    "cka",
    "classifier_score",
    "classifier_variance",
    "club",
    "compression_score",
    "conditional_cs_divergence",
    "conditional_entropy",
    "conditional_mutual_information",
    "corrected_ksg_mutual_information",
    "corrected_ksg_mutual_information_result",
    "cs_divergence",
    "cs_mutual_information",
    "cs_mutual_information_result",
    "diagonal_gaussian_kl",
    "diffusion_eigenvalues",
    "diffusion_spectral_entropy",
    "diffusion_spectral_entropy_result",
    "diffusion_spectral_mutual_information",
    "diffusion_spectral_mutual_information_result",
    "donsker_varadhan",
    "entropy",
    "entropy_rate",
    "entropy_result",
    "frechet_distance",
    "gaussian_channel_capacity",
    "gaussian_copula_mutual_information",
    "gaussian_cs_divergence",
    "gaussian_entropy",
    "gaussian_kl",
    "gaussian_mutual_information",
    "gaussian_renyi_divergence",
    "gaussian_total_correlation",
    "gaussian_wasserstein2",
    "gradient_penalty",
    "hsic",
    "hsic_result",
    "infonce",
    "information_plane",
    "jensen_shannon_divergence",
    "jensen_shannon_objective",
    "kde_entropy",
    "kde_information",
    "kl_divergence",
    "knn_entropy",
    "ksg_conditional_mutual_information",
    "ksg_conditional_mutual_information_result",
    "ksg_mutual_information",
    "ksg_mutual_information_result",
    "matrix_renyi_entropy",
    "matrix_renyi_mutual_information",
    "mauve",
    "mauve_result",
    "median_bandwidth",
    "mine",
    "mine_log_mean",
    "mixed_mutual_information",
    "mixed_mutual_information_result",
    "mmd2",
    "mode_coverage",
    "mode_coverage_result",
    "mutual_information",
    "mutual_information_result",
    "nwj",
    "permutation_test",
    "predictive_conditional_mutual_information",
    "predictive_mutual_information",
    "ross_mutual_information",
    "ross_mutual_information_result",
    "scott_bandwidth",
    "silverman_bandwidth",
    "sliced_mutual_information",
    "sliced_mutual_information_result",
    "sliced_wasserstein",
    "smile",
    "stochastic_encoder_information",
    "stochastic_encoder_information_result",
    "support_overlap",
    "total_correlation",
    "total_variation",
    "transfer_entropy",
    "transfer_entropy_result",
    "variation_of_information",
    "wasserstein_correlation",
    "wasserstein_dependency",
    "wasserstein_dependency_result",
]

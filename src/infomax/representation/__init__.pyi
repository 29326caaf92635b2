from ._pair_encoder import PairEncoder as PairEncoder
from .bottlenecks._attacks import fgsm as fgsm
from .bottlenecks._attacks import pgd as pgd
from .bottlenecks._bottleneck_network import BottleneckNetwork as BottleneckNetwork
from .bottlenecks._cs_bottleneck import CSInformationBottleneckLoss as CSInformationBottleneckLoss
from .bottlenecks._cs_regressor import (
    CSInformationBottleneckRegressor as CSInformationBottleneckRegressor,
)
from .bottlenecks._hsic_bottleneck import HSICBottleneckLoss as HSICBottleneckLoss
from .bottlenecks._nonlinear_bottleneck import (
    NonlinearInformationBottleneckLoss as NonlinearInformationBottleneckLoss,
)
from .bottlenecks._variational_bottleneck import (
    VariationalInformationBottleneckLoss as VariationalInformationBottleneckLoss,
)
from .generative._dcgan import DCGANEmbedder as DCGANEmbedder
from .generative._dcgan import DCGANGenerator as DCGANGenerator
from .generative._isometric_mapping import IsometricMappingLoss as IsometricMappingLoss
from .generative._local_linear_embedding import LocalLinearEmbeddingLoss as LocalLinearEmbeddingLoss
from .generative._manifold_entropy import ManifoldEntropyLoss as ManifoldEntropyLoss
from .generative._manifold_entropy_gan import ManifoldEntropyGAN as ManifoldEntropyGAN
from .generative._manifold_entropy_objective import (
    ManifoldEntropyObjective as ManifoldEntropyObjective,
)
from .generative._manifold_matching import ManifoldMatchingGANLoss as ManifoldMatchingGANLoss
from .generative._point_networks import PointEmbedder as PointEmbedder
from .generative._point_networks import PointGenerator as PointGenerator
from .generative._replay_buffer_entropy import ReplayBufferEntropy as ReplayBufferEntropy
from .generative._train_adversarial import AdversarialLoss as AdversarialLoss
from .generative._train_adversarial import train_adversarial as train_adversarial
from .losses._infonce import InfoNCELoss as InfoNCELoss
from .losses._infonce import info_nce_loss as info_nce_loss
from .losses._wasserstein_coding import WassersteinDependencyLoss as WassersteinDependencyLoss
from .losses._wasserstein_coding import (
    WassersteinPredictiveCodingLoss as WassersteinPredictiveCodingLoss,
)

__all__ = [
    "AdversarialLoss",
    "BottleneckNetwork",
    "CSInformationBottleneckLoss",
    "CSInformationBottleneckRegressor",
    "DCGANEmbedder",
    "DCGANGenerator",
    "HSICBottleneckLoss",
    "InfoNCELoss",
    "IsometricMappingLoss",
    "LocalLinearEmbeddingLoss",
    "ManifoldEntropyGAN",
    "ManifoldEntropyLoss",
    "ManifoldEntropyObjective",
    "ManifoldMatchingGANLoss",
    "NonlinearInformationBottleneckLoss",
    "PairEncoder",
    "PointEmbedder",
    "PointGenerator",
    "ReplayBufferEntropy",
    "VariationalInformationBottleneckLoss",
    "WassersteinDependencyLoss",
    "WassersteinPredictiveCodingLoss",
    "fgsm",
    "info_nce_loss",
    "pgd",
    "train_adversarial",
]

from ._activation_monitor import ActivationMonitor as ActivationMonitor
from ._activation_monitor import Reading as Reading
from ._activation_recorder import ActivationRecorder as ActivationRecorder
from ._batches import Batches as Batches
from ._conv_net import ConvNet as ConvNet
from ._dual_variable import DualVariable as DualVariable
from ._feature_queue import FeatureQueue as FeatureQueue
from ._lipschitz import SpectralLipschitz as SpectralLipschitz
from ._mlp import MLP as MLP
from ._projector import Projector as Projector
from ._res_net import ResNet as ResNet
from ._schedules import linear_ramp as linear_ramp
from ._stacked_models import ModelGroup as ModelGroup
from ._stacked_models import TrainedModels as TrainedModels
from ._stochastic_mlp import StochasticMLP as StochasticMLP
from ._train import EpochEnd as EpochEnd
from ._train import train as train
from ._train_many import train_many as train_many
from ._training_state import TrainingState as TrainingState

__all__ = [
    "MLP",
    "ActivationMonitor",
    "ActivationRecorder",
    "Batches",
    "ConvNet",
    "DualVariable",
    "EpochEnd",
    "FeatureQueue",
    "ModelGroup",
    "Projector",
    "Reading",
    "ResNet",
    "SpectralLipschitz",
    "StochasticMLP",
    "TrainedModels",
    "TrainingState",
    "linear_ramp",
    "train",
    "train_many",
]

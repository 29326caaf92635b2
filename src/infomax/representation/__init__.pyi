from .losses._infonce import InfoNCELoss as InfoNCELoss
from .losses._infonce import info_nce_loss as info_nce_loss

__all__ = [
    "InfoNCELoss",
    "info_nce_loss",
]

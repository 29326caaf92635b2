from ._causal_lm import CausalLM as CausalLM
from ._causal_lm import load_causal_lm as load_causal_lm
from ._eta_mask import eta_mask as eta_mask
from ._min_p_mask import min_p_mask as min_p_mask
from ._ngram_diversity import ngram_diversity as ngram_diversity
from ._nucleus_mask import nucleus_mask as nucleus_mask
from ._perplexity import perplexity as perplexity
from ._processors import EtaSampling as EtaSampling
from ._processors import MinPSampling as MinPSampling
from ._processors import NucleusSampling as NucleusSampling
from ._processors import Temperature as Temperature
from ._processors import TopKSampling as TopKSampling
from ._processors import TypicalSampling as TypicalSampling
from ._repetition import repetition as repetition
from ._sampling import Continuations as Continuations
from ._sampling import sample_continuations as sample_continuations
from ._scoring import ScoredTexts as ScoredTexts
from ._scoring import score_continuations as score_continuations
from ._top_k_mask import top_k_mask as top_k_mask
from ._typical_mask import typical_mask as typical_mask
from ._typicality import entropy_gap as entropy_gap
from ._typicality import is_typical_sequence as is_typical_sequence
from ._zipf_coefficient import zipf_coefficient as zipf_coefficient

__all__ = [
    "CausalLM",
    "Continuations",
    "EtaSampling",
    "MinPSampling",
    "NucleusSampling",
    "ScoredTexts",
    "Temperature",
    "TopKSampling",
    "TypicalSampling",
    "entropy_gap",
    "eta_mask",
    "is_typical_sequence",
    "load_causal_lm",
    "min_p_mask",
    "ngram_diversity",
    "nucleus_mask",
    "perplexity",
    "repetition",
    "sample_continuations",
    "score_continuations",
    "top_k_mask",
    "typical_mask",
    "zipf_coefficient",
]

"""Language models as they speak: which words may follow, and what the text is like.

A truncation drops words from a model's next-word distribution before one is drawn. Each is a plain
function of logits, arrays or tensors, that says what is kept (`typical_mask`, `nucleus_mask`,
`top_k_mask`, `min_p_mask`, `eta_mask`), and a processor for ``generate`` of transformers or for
`sample_continuations`, which gives every arm the same luck.

Texts are then measured beside human ones: how much they repeat (`repetition`), how rich their
words and phrases are (`zipf_coefficient`, `ngram_diversity`), and whether each word says as much
as the model expected (`entropy_gap`). Models load from a local folder of safetensors; only that
and sampling need transformers (extra ``language``).

>>> import numpy as np
>>> from infomax.language import nucleus_mask, typical_mask
>>> word = np.array(["the", "a", "my", "green", "seven"])
>>> logits = np.log([0.6, 0.2, 0.1, 0.06, 0.04])
>>> word[nucleus_mask(logits, mass=0.19)], word[typical_mask(logits, mass=0.19)]
(array(['the'], dtype='<U5'), array(['a'], dtype='<U5'))
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

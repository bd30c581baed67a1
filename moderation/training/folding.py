"""The encoder's own calibration, put into its head: what it answers alone is then a probability.

So a backend without the linear part (Detoxify) may use the same thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from transformers import BertForSequenceClassification

from moderation.classifiers.outputs import OUTPUTS
from moderation.training.fitting import FEWEST
from moderation.training.rows import Row


def fold_calibration(
    model: BertForSequenceClassification, logits: NDArray[np.float64], rows: Sequence[Row]
) -> None:
    """Change the head so that its logits on the rows are calibrated (Platt 1999); one with few true rows stays."""
    with torch.no_grad():
        for place, output in enumerate(OUTPUTS):
            known = [at for at, row in enumerate(rows) if output in row.targets]
            wanted = np.array([rows[at].targets[output] > 0.5 for at in known])
            if wanted.sum() < FEWEST:
                continue
            fit = LogisticRegression(C=10.0).fit(logits[known][:, [place]], wanted)
            slope, offset = float(fit.coef_[0, 0]), float(fit.intercept_[0])
            if slope > 0:
                model.classifier.weight[place] *= slope
                model.classifier.bias[place] = model.classifier.bias[place] * slope + offset

"""Fitting the linear model, and the combination of both: one small logistic regression an output."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from moderation.classifiers.linear import BUCKETS, features
from moderation.classifiers.outputs import OUTPUTS
from moderation.training.rows import Row

STRENGTH = 8.0  # of the linear model's fit; larger trusts the rows more
FEWEST = 20  # positives, below which an output is not fitted


def matrix(rows: Sequence[Row]) -> csr_matrix:
    """The features of each row, scaled so that long texts count as short ones do."""
    indices, ends = [], [0]
    for row in rows:
        indices.extend(features(row.text))
        ends.append(len(indices))
    ends_at = np.asarray(ends)
    counts = np.maximum(np.diff(ends_at), 1)
    values = np.repeat(1 / np.sqrt(counts), np.diff(ends_at)).astype(np.float32)
    return csr_matrix((values, np.asarray(indices), ends_at), shape=(len(rows), BUCKETS))


def fit_linear(rows: Sequence[Row], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (BUCKETS x outputs, float16) and bias of the linear model."""
    every = matrix(rows)
    weights = np.zeros((BUCKETS, len(OUTPUTS)), dtype=np.float16)
    bias = np.full(len(OUTPUTS), -6.0, dtype=np.float32)
    for place, output in enumerate(OUTPUTS):
        known = [at for at, row in enumerate(rows) if output in row.targets]
        wanted = np.array([rows[at].targets[output] > 0.5 for at in known])
        if wanted.sum() < FEWEST:
            continue
        counts = np.array([rows[at].weight for at in known])
        balance = min(8.0, max(1.0, float(np.sqrt((~wanted).sum() / wanted.sum()))))
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=seed)
        model.fit(every[known], wanted, sample_weight=counts * np.where(wanted, balance, 1.0))
        weights[:, place] = model.coef_[0].astype(np.float16)
        bias[place] = model.intercept_[0]
    return weights, bias


def fit_combination(
    encoder: np.ndarray, linear: np.ndarray, rows: Sequence[Row]
) -> tuple[np.ndarray, np.ndarray]:
    """For each output the weights of both logits, and an offset: Platt's calibration with two inputs.

    Fitted on rows that neither model was trained on. Neither weight is below zero.
    """
    weights = np.tile(np.array([1.0, 0.0]), (len(OUTPUTS), 1))
    offsets = np.zeros(len(OUTPUTS))
    for place, output in enumerate(OUTPUTS):
        known = [at for at, row in enumerate(rows) if output in row.targets]
        wanted = np.array([rows[at].targets[output] > 0.5 for at in known])
        if wanted.sum() < FEWEST:
            continue
        inputs = np.stack([encoder[known, place], linear[known, place]], axis=1)
        for columns in ((0, 1), (0,)):
            model = LogisticRegression(C=10.0)
            model.fit(inputs[:, columns], wanted)
            if (model.coef_[0] >= 0).all():
                weights[place] = 0.0
                weights[place, list(columns)] = model.coef_[0]
                offsets[place] = model.intercept_[0]
                break
    return weights, offsets

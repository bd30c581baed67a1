"""What a few looks say about everything nobody looked at: shares with their intervals, and how much flagging finds."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.90


@dataclass(frozen=True)
class Recall:
    """The share that flagging found of all that needed a look: the best guess, and from where to where it may lie."""

    value: float
    low: float
    high: float


def share_interval(hits: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """From where to where a share may lie of which `hits` in `of` were seen: Wilson's score interval.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), pages 209 to 212: (p + z²/2n ± z·√(p(1 - p)/n + z²/4n²)) / (1 + z²/n). It keeps
    its promise for few looks and shares near 0 too (Brown, Cai, DasGupta, Statistical Science 16 (2001)). Nothing
    seen means from 0 to 1. Raises ValueError for more hits than looks.
    """
    if not 0 <= hits <= of:
        raise ValueError("as many hits as looks at most")
    if of == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, scale = hits / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / scale
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / scale
    low = 0.0 if hits == 0 else max(0.0, middle - reach)
    high = 1.0 if hits == of else min(1.0, middle + reach)
    return low, high


def estimate_recall(*, found: int, missed: int, decided: int, unflagged: int) -> Recall | None:
    """How much flagging finds of all that needs a look, by a sample of what it did not flag.

    `found` flagged texts were confirmed; of `decided` texts drawn by chance from the `unflagged` ones `missed` needed
    a look too. So about unflagged * missed / decided were missed, and recall is found / (found + that). Once every
    drawn text is decided, unflagged / decided is 1 / rate of the drawing, and it is found / (found + missed / rate).
    The interval puts the ends of `share_interval(missed, decided)` in the place of missed / decided and takes `found`
    as known: the simplest of those that W. Webber compares in "Approximate recall confidence intervals", ACM
    Transactions on Information Systems 31 (2013). None where nothing needed a look, or nothing is decided.
    """
    if decided == 0 or found + missed == 0:
        return None
    low, high = share_interval(missed, decided)
    return Recall(
        value=found / (found + unflagged * missed / decided),
        low=found / (found + unflagged * high) if found else 0.0,
        high=found / (found + unflagged * low) if found else 0.0,
    )

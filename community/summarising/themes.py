"""What a conversation was about, from the words of those who let theirs be read: no network, no model.

Posts become vectors of what they say (stems weighed by how rare they are in this conversation, and entries of the theme
lexicon, which count more); posts that are close are grouped; each group counts for the themes its posts speak of, by
its share of the conversation. What comes out are wordings of the lexicon: no name and no sentence of anybody can be in
it, whatever was written.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from community.summarising.lexicon import Entry, Lexicon, lexicon, stem
from community.summarising.reading import folded_words, listed_words

MOST_THEMES = 8
MOST_CLUSTERS = 6
ROUNDS = 12
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Utterance:
    """What one member wrote in one post; `author` only tells members apart."""

    author: str
    text: str


@dataclass(frozen=True)
class Theme:
    """One theme: its wording, its share of all that was found, and how it was found, for facilitators."""

    id: str
    words: str
    weight: float
    posts: int
    members: int
    heard: tuple[str, ...]  # entries of the lexicon, the most frequent first

    @property
    def how(self) -> str:
        """How it was found, in plain words of the lexicon's."""
        posts = "1 post" if self.posts == 1 else f"{self.posts} posts"
        members = "1 member" if self.members == 1 else f"{self.members} members"
        return f"{posts} by {members}: {', '.join(self.heard)}"


@dataclass(frozen=True)
class _Read:
    """One utterance as stems and entries of the lexicon."""

    author: str
    stems: Counter[str]
    heard: Counter[Entry]


def find_themes(utterances: Iterable[Utterance], *, most: int = MOST_THEMES) -> list[Theme]:
    """The themes of a conversation, the weightiest first."""
    book = lexicon()
    reads = [read for one in utterances if (read := _read(one, book)).stems]
    if not reads:
        return []
    scores = _score_posts(reads, book)
    shares = _weigh(scores, _cluster(_vectors(reads)), reads)
    names = list(book.wordings)
    order = sorted(range(len(names)), key=lambda at: (-shares[at], names[at]))
    total = float(shares.sum()) or 1.0
    found = []
    for at in order[:most]:
        if shares[at] > 0:
            found.append(_theme(names[at], float(shares[at]) / total, reads, book))
    return found


def _theme(name: str, weight: float, reads: Sequence[_Read], book: Lexicon) -> Theme:
    """A theme with where it was heard."""
    heard: Counter[str] = Counter()
    posts, authors = 0, set()
    for read in reads:
        mine = {entry: count for entry, count in read.heard.items() if entry.theme == name}
        if mine:
            posts += 1
            authors.add(read.author)
            heard.update({entry.words: count for entry, count in mine.items()})
    most = sorted(heard.items(), key=lambda row: (-row[1], row[0]))[:4]
    return Theme(
        name, book.wordings[name], round(weight, 4), posts, len(authors), tuple(words for words, _ in most)
    )


def _read(one: Utterance, book: Lexicon) -> _Read:
    """The stems of an utterance, and which entries of the lexicon stand in it; a longer entry takes its words."""
    words = folded_words(one.text)
    stems = [stem(word) for word in words]
    heard: Counter[Entry] = Counter()
    index = 0
    while index < len(stems):
        step = 1
        best = 0
        for entry in book.entries.get(stems[index], ()):
            length = len(entry.stems)
            if length < best:
                break
            if tuple(stems[index : index + length]) == entry.stems:
                heard[entry] += 1
                best = step = length
        index += step
    small = listed_words("small_words")
    kept = Counter(
        stem_ for word, stem_ in zip(words, stems, strict=True) if word not in small and len(stem_) > 2
    )
    return _Read(one.author, kept, heard)


def _score_posts(reads: Sequence[_Read], book: Lexicon) -> Matrix:
    """How much each post speaks of each theme: repeated words count less and less, long posts are no louder."""
    names = {name: at for at, name in enumerate(book.wordings)}
    scores = np.zeros((len(reads), len(names)))
    for row, read in enumerate(reads):
        for entry, count in read.heard.items():
            scores[row, names[entry.theme]] += entry.weight * (1 + math.log(count))
        length = sum(read.stems.values())
        scores[row] /= math.sqrt(8 + length)
    return scores


def _vectors(reads: Sequence[_Read]) -> Matrix:
    """Each post as a vector of length one: stems by TF-IDF, themes as further, heavier columns."""
    frequency: Counter[str] = Counter()
    for read in reads:
        frequency.update(set(read.stems))
    kept = sorted(word for word, count in frequency.items() if count > 1)
    columns = {word: at for at, word in enumerate(kept)}
    themes = sorted({entry.theme for read in reads for entry in read.heard})
    columns |= {f"#{theme}": len(kept) + at for at, theme in enumerate(themes)}
    found = np.zeros((len(reads), max(1, len(columns))))
    for row, read in enumerate(reads):
        for word, count in read.stems.items():
            if word in columns:
                rare = math.log((1 + len(reads)) / (1 + frequency[word])) + 0.2
                found[row, columns[word]] += (1 + math.log(count)) * rare
        for entry, count in read.heard.items():
            found[row, columns[f"#{entry.theme}"]] += entry.weight * (1 + math.log(count))
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    result: Matrix = found / lengths
    return result


def _cluster(vectors: Matrix) -> npt.NDArray[np.intp]:
    """Which group each post belongs to: spherical k-means from seeds far apart, the same for the same posts."""
    count = max(1, min(MOST_CLUSTERS, len(vectors) // 3))
    seeds = [int(np.argmax(vectors @ vectors.mean(axis=0)))]
    while len(seeds) < count:
        nearest = (vectors @ vectors[seeds].T).max(axis=1)
        seeds.append(int(np.argmin(nearest)))
    centres = vectors[seeds]
    groups: npt.NDArray[np.intp] = np.argmax(vectors @ centres.T, axis=1)
    for _ in range(ROUNDS):
        for at in range(count):
            mine = vectors[groups == at]
            if len(mine):
                mean = mine.mean(axis=0)
                centres[at] = mean / (np.linalg.norm(mean) or 1.0)
        again = np.argmax(vectors @ centres.T, axis=1)
        if (again == groups).all():
            break
        groups = again
    return groups


def _weigh(scores: Matrix, groups: npt.NDArray[np.intp], reads: Sequence[_Read]) -> Matrix:
    """Each theme's share: of each group of posts by what it speaks of most, of members by how many spoke of it."""
    total = np.zeros(scores.shape[1])
    for group in np.unique(groups):
        mine = scores[groups == group]
        mean = np.sqrt(mine).mean(axis=0)
        top = mean.max()
        if top > 0:
            total += len(mine) * mean * np.sqrt(mean / top)
    authors = [read.author for read in reads]
    everybody = len(set(authors))
    for at in range(scores.shape[1]):
        spoke = len({author for author, score in zip(authors, scores[:, at], strict=True) if score > 0})
        total[at] *= 0.5 + 0.5 * spoke / everybody
    return total

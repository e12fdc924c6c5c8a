"""The script that a team would write: the same question as `evaluate` of a million rows, with pyarrow, numpy and scipy.

Reads both files, joins them by id, compares accuracy (McNemar), ROC AUC (DeLong) and F1 (bootstrap over the table of counts),
and accuracy in each value of six slice columns with Holm's adjustment; prints one JSON object.

    python3 million.py candidate.csv champion.csv region plan device age channel weekday
"""

import json
import sys

import numpy
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
from scipy import stats

Z = stats.norm.ppf(0.975)


def read(path):
    return pyarrow.parquet.read_table(path) if path.endswith(".parquet") else pyarrow.csv.read_csv(path)


def main(candidate_path, champion_path, *slices):
    candidate, champion = read(candidate_path), read(champion_path)
    at = pyarrow.compute.index_in(candidate["id"], champion["id"])
    if at.null_count or len(candidate) != len(champion):
        sys.exit("the rows differ")
    champion = champion.take(at)
    label = candidate["label"].to_numpy()
    if not numpy.array_equal(label, champion["label"].to_numpy()):
        sys.exit("the labels differ")
    scores = [side["score"].to_numpy() for side in (candidate, champion)]
    predictions = [score >= 0.5 for score in scores]
    right = [prediction == label for prediction in predictions]
    print(
        json.dumps(
            {
                "accuracy": by_mcnemar(*right),
                "roc_auc": by_delong(label, *scores),
                "f1": by_counts(label, *predictions),
                "slices": in_slices(candidate, *right, slices),
            }
        )
    )


def by_mcnemar(ours, theirs):
    moved = ours.astype(numpy.int8) - theirs
    difference, se = moved.mean(), moved.std() / numpy.sqrt(len(moved))
    return [ours.mean(), theirs.mean(), difference, difference - Z * se, difference + Z * se]


def by_delong(label, *scores):
    """Sun and Xu's fast form of DeLong's variance: mid-ranks of all scores, and of each class alone."""
    positive = label == 1
    m, n = positive.sum(), (~positive).sum()
    parts = []
    for score in scores:
        everyone, positives, negatives = (
            stats.rankdata(one) for one in (score, score[positive], score[~positive])
        )
        parts.append(((everyone[positive] - positives) / n, 1 - (everyone[~positive] - negatives) / m))
    areas = [ours.mean() for ours, _ in parts]
    difference = areas[0] - areas[1]
    variance = sum((a - b).var(ddof=1) / size for (a, b), size in zip(zip(*parts), (m, n)))
    se = numpy.sqrt(variance)
    return [*areas, difference, difference - Z * se, difference + Z * se]


def by_counts(label, ours, theirs, resamples=2000):
    codes = (label == 1) * 4 + ours * 2 + theirs
    counts = numpy.bincount(codes, minlength=8)
    drawn = numpy.random.default_rng(7).multinomial(len(label), counts / len(label), resamples)

    def f1(table, bit):
        predicted = [code for code in range(8) if code >> bit & 1]
        both = table[..., [code for code in predicted if code >= 4]].sum(-1)
        return 2 * both / (table[..., predicted].sum(-1) + table[..., 4:].sum(-1))

    low, high = numpy.quantile(f1(drawn, 1) - f1(drawn, 0), [0.025, 0.975])
    values = [f1(counts, 1), f1(counts, 0)]
    return [*map(float, values), float(values[0] - values[1]), float(low), float(high)]


def in_slices(table, ours, theirs, columns):
    moved = ours.astype(numpy.int8) - theirs
    rows = []
    for name in columns:
        encoded = table[name].combine_chunks().dictionary_encode()
        codes, values = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
        sizes = numpy.bincount(codes)
        mean = numpy.bincount(codes, moved) / sizes
        se = numpy.sqrt((numpy.bincount(codes, moved * moved) / sizes - mean**2) / sizes)
        own = numpy.bincount(codes, ours) / sizes
        p = 2 * stats.norm.sf(numpy.abs(mean) / se)
        rows += [
            [name, value, *map(float, numbers)]
            for value, *numbers in zip(values, sizes, own, mean, mean - Z * se, mean + Z * se, p)
        ]
    rows.sort(key=lambda row: row[-1])
    for rank, row in enumerate(rows):
        row.append(min(1.0, row[-1] * (len(rows) - rank)))
    return rows


main(*sys.argv[1:])

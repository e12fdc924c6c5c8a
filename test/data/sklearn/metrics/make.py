"""Makes `numbers.json` beside it: invented rows, and what scikit-learn says of them.

Run with scikit-learn 1.9.1 and numpy 2. What scikit-learn does not have (sMAPE, the mean reciprocal rank) is written out
here by its definition.
"""

import json

import numpy as np
import sklearn
from sklearn import metrics

random = np.random.default_rng(13)


def classes():
    """Five classes, one of them rare; probabilities of three digits, so that some are alike."""
    rows = 120
    label = random.choice(5, size=rows, p=[0.4, 0.3, 0.2, 0.07, 0.03])
    logits = random.normal(size=(rows, 5)) + 1.5 * np.eye(5)[label]
    raw = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    units = np.floor(raw * 100).astype(int)
    units[np.arange(rows), units.argmax(axis=1)] += 100 - units.sum(axis=1)
    probabilities = units / 100
    prediction = probabilities.argmax(axis=1)
    weight = random.integers(1, 9, size=rows) / 4
    names = list(range(5))

    def values(sample_weight=None):
        known = {"sample_weight": sample_weight}
        macro = {"average": "macro", "labels": sorted(set(label.tolist())), "zero_division": 0}
        return {
            "accuracy": metrics.accuracy_score(label, prediction, **known),
            "precision_macro": metrics.precision_score(label, prediction, **macro, **known),
            "recall_macro": metrics.recall_score(label, prediction, **macro, **known),
            "f1_macro": metrics.f1_score(label, prediction, **macro, **known),
            "balanced_accuracy": metrics.balanced_accuracy_score(label, prediction, **known),
            "mcc": metrics.matthews_corrcoef(label, prediction, **known),
            "kappa": metrics.cohen_kappa_score(label, prediction, **known),
            "log_loss": metrics.log_loss(label, probabilities, labels=names, **known),
            "brier": metrics.brier_score_loss(
                label, probabilities, labels=names, scale_by_half=True, **known
            ),
            "roc_auc_ovr": metrics.roc_auc_score(label, probabilities, multi_class="ovr", **known),
            "roc_auc_ovr_weighted": metrics.roc_auc_score(
                label, probabilities, multi_class="ovr", average="weighted", **known
            ),
            "top_2_accuracy": metrics.top_k_accuracy_score(label, probabilities, k=2, labels=names, **known),
            "top_3_accuracy": metrics.top_k_accuracy_score(label, probabilities, k=3, labels=names, **known),
        }

    return {
        "label": label.tolist(),
        "probabilities": probabilities.tolist(),
        "weight": weight.tolist(),
        "values": values(),
        "weighted": values(weight),
    }


def two_classes():
    rows = 80
    label = (random.random(rows) < 0.35).astype(int)
    score = np.round(np.clip(0.35 + 0.3 * label + random.normal(scale=0.2, size=rows), 0, 1), 2)
    prediction = (score >= 0.5).astype(int)
    weight = random.integers(1, 9, size=rows) / 4

    def values(sample_weight=None):
        known = {"sample_weight": sample_weight}
        return {
            "accuracy": metrics.accuracy_score(label, prediction, **known),
            "precision": metrics.precision_score(label, prediction, **known),
            "recall": metrics.recall_score(label, prediction, **known),
            "f1": metrics.f1_score(label, prediction, **known),
            "roc_auc": metrics.roc_auc_score(label, score, **known),
            "average_precision": metrics.average_precision_score(label, score, **known),
            "log_loss": metrics.log_loss(label, score, **known),
            "brier": metrics.brier_score_loss(label, score, **known),
            "balanced_accuracy": metrics.balanced_accuracy_score(label, prediction, **known),
            "mcc": metrics.matthews_corrcoef(label, prediction, **known),
            "kappa": metrics.cohen_kappa_score(label, prediction, **known),
        }

    return {
        "label": label.tolist(),
        "score": score.tolist(),
        "weight": weight.tolist(),
        "values": values(),
        "weighted": values(weight),
    }


def numbers():
    rows = 90
    label = np.round(random.normal(size=rows) * 10 + 20, 3)
    prediction = np.round(label + random.normal(size=rows) * 3, 3)
    weight = random.integers(1, 9, size=rows) / 4

    def values(sample_weight=None):
        known = {"sample_weight": sample_weight}
        shares = 2 * np.abs(label - prediction) / (np.abs(label) + np.abs(prediction))
        return {
            "rmse": metrics.root_mean_squared_error(label, prediction, **known),
            "mae": metrics.mean_absolute_error(label, prediction, **known),
            "r2": metrics.r2_score(label, prediction, **known),
            "mape": metrics.mean_absolute_percentage_error(label, prediction, **known),
            "smape": float(np.average(shares, weights=sample_weight)),
            "pinball": metrics.mean_pinball_loss(label, prediction, alpha=0.9, **known),
        }

    return {
        "label": label.tolist(),
        "prediction": prediction.tolist(),
        "quantile": 0.9,
        "weight": weight.tolist(),
        "values": values(),
        "weighted": values(weight),
    }


def ranking(grades):
    """Queries of three to twelve documents, scores of one digit, so that some are alike; one query without a relevant one."""
    query, label, score = [], [], []
    for name in range(25):
        documents = int(random.integers(3, 13))
        own = random.choice(grades, size=documents, p=[0.6] + [0.4 / (len(grades) - 1)] * (len(grades) - 1))
        if name == 7:
            own[:] = 0
        query += [f"q{name}"] * documents
        label += own.tolist()
        score += np.round(own / max(grades) * 0.4 + random.random(documents) * 0.6, 1).tolist()
    query, label, score = np.array(query), np.array(label), np.array(score)

    names = list(dict.fromkeys(query.tolist()))
    # Not drawn, so that the numbers above stay. A row has the weight of its query.
    weight = {name: (index % 5 + 1) / 4 for index, name in enumerate(names)}

    def mean(of, weights=None):
        parts = [of(label[query == name], score[query == name]) for name in names]
        return float(np.average(parts, weights=weights))

    def reciprocal(own, scores):
        """Of the first relevant document; of those that are scored alike the relevant one comes last."""
        if own.max() == 0:
            return 0.0
        return 1 / int((scores >= scores[own > 0].max()).sum())

    def ndcg(k):
        return lambda own, scores: (
            0.0 if own.max() == 0 else metrics.ndcg_score([own], [scores], k=k)
        )

    def values(weights=None):
        return {
            "mrr": mean(reciprocal, weights),
            "ndcg": mean(ndcg(None), weights),
            "ndcg_5": mean(ndcg(5), weights),
            "ndcg_10": mean(ndcg(10), weights),
        }

    return {
        "group": query.tolist(),
        "label": label.tolist(),
        "score": score.tolist(),
        "weight": [weight[name] for name in query.tolist()],
        "values": values(),
        "weighted": values([weight[name] for name in names]),
    }


made = {
    "scikit_learn": sklearn.__version__,
    "multiclass": classes(),
    "binary": two_classes(),
    "regression": numbers(),
    "ranking": ranking([0, 1, 2, 3]),
    "hits": ranking([0, 1]),
}
with open("numbers.json", "w") as file:
    json.dump(made, file)
    file.write("\n")

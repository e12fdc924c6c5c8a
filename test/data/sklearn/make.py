"""Makes the fixtures beside it: predictions as pandas writes them, and what scikit-learn says of them.

Data: Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository, CC BY 4.0, as bundled with
scikit-learn (BSD-3-Clause). Run with scikit-learn 1.9.1, pandas 3.1.1, pyarrow 26.0.1.
"""

import json

import pandas as pd
import sklearn
from sklearn import metrics
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ["mean radius", "mean texture", "mean smoothness"]


def predictions(model, data, labels, size):
    score = cross_val_predict(model, data, labels, cv=5, method="predict_proba")[:, 1]
    return pd.DataFrame(
        {
            "id": range(len(labels)),
            "label": labels,
            "score": score,
            "prediction": (score >= 0.5).astype(int),
            "size": size,
        }
    )


def scores(frame):
    label, score, prediction = frame["label"], frame["score"], frame["prediction"]
    return {
        "accuracy": metrics.accuracy_score(label, prediction),
        "precision": metrics.precision_score(label, prediction),
        "recall": metrics.recall_score(label, prediction),
        "f1": metrics.f1_score(label, prediction),
        "roc_auc": metrics.roc_auc_score(label, score),
        "average_precision": metrics.average_precision_score(label, score),
        "log_loss": metrics.log_loss(label, score),
        "brier": metrics.brier_score_loss(label, score),
    }


cells = load_breast_cancer(as_frame=True)
benign = cells.target.to_numpy()
size = pd.cut(cells.data["mean radius"], [0, 12, 15, 99], labels=["small", "medium", "large"])
models = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
    "forest": RandomForestClassifier(n_estimators=200, random_state=1),
}
expected = {"scikit_learn": sklearn.__version__, "rows": len(benign), "models": {}}
for name, model in models.items():
    frame = predictions(model, cells.data[FEATURES], benign, size)
    frame.to_parquet(f"{name}.parquet", index=False)
    frame.to_csv(f"{name}.csv", index=False)
    expected["models"][name] = {
        "metrics": scores(frame),
        "slices": {value: metrics.accuracy_score(part.label, part.prediction) for value, part in frame.groupby("size")},
    }
with open("expected.json", "w") as file:
    json.dump(expected, file, indent=2)
    file.write("\n")

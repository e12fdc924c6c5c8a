"""Tests the model → metrics.json (scikit-learn's classification report) and predictions.parquet."""

import json

import joblib
import pandas as pd
from sklearn.metrics import classification_report, confusion_matrix

from dataset import pixels, read_digits, read_params

_, test = read_digits(read_params()["split"])
predicted = joblib.load("model.joblib").predict(pixels(test))

report = classification_report(test["digit"], predicted, output_dict=True)
with open("metrics.json", "w") as file:
    json.dump(report, file, indent=2)
    file.write("\n")

ink = pd.cut(pixels(test).mean(axis=1), [0, 4.5, 5.5, 16], labels=["thin", "usual", "bold"])
predictions = pd.DataFrame(
    {
        "id": test["id"].to_numpy(),
        "label": test["digit"].to_numpy(),
        "prediction": predicted,
        "ink": ink,
    }
)
predictions.to_parquet("predictions.parquet", index=False)
print(confusion_matrix(test["digit"], predicted))
print(f"accuracy {report['accuracy']:.4f} on {len(test)} digits")

"""Learns from the training half → model.joblib. ASSAY_SEED, when set, replaces the seed."""

import os

import joblib
from sklearn.svm import SVC

from dataset import pixels, read_digits, read_params

params = read_params()
train, _ = read_digits(params["split"])
seed = int(os.environ.get("ASSAY_SEED", params["split"]["seed"]))

model = SVC(**params["train"], random_state=seed)
model.fit(pixels(train), train["digit"])
joblib.dump(model, "model.joblib")
print(f"trained on {len(train)} digits")

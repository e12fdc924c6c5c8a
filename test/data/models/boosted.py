"""Saves models of XGBoost and LightGBM as teams save them into the folder that is named: by pickle, by joblib, and by their own formats."""
import pickle
import sys
import warnings

import joblib
import lightgbm
import numpy as np
import xgboost
from sklearn.datasets import make_classification

warnings.simplefilter("ignore")
folder = sys.argv[1]
X, y = make_classification(200, 8, random_state=0)
queries = np.repeat(np.arange(20), 10)
few = {"n_estimators": 3}
quiet = {"n_estimators": 3, "verbose": -1}
models = {
    "xgb-classifier": xgboost.XGBClassifier(**few).fit(X, y),
    "xgb-regressor": xgboost.XGBRegressor(**few).fit(X, y),
    "xgb-forest-classifier": xgboost.XGBRFClassifier(**few).fit(X, y),
    "xgb-forest-regressor": xgboost.XGBRFRegressor(**few).fit(X, y),
    "xgb-ranker": xgboost.XGBRanker(**few).fit(X, y, qid=queries),
    "xgb-dart": xgboost.XGBClassifier(booster="dart", **few).fit(X, y),
    "xgb-linear": xgboost.XGBClassifier(booster="gblinear", **few).fit(X, y),
    "xgb-stopped": xgboost.XGBClassifier(early_stopping_rounds=2, eval_metric="auc", **few).fit(
        X, y, eval_set=[(X, y)], verbose=False
    ),
    "lgb-classifier": lightgbm.LGBMClassifier(**quiet).fit(X, y),
    "lgb-regressor": lightgbm.LGBMRegressor(**quiet).fit(X, y),
    "lgb-ranker": lightgbm.LGBMRanker(**quiet).fit(X, y, group=[10] * 20),
}
models["xgb-booster"] = models["xgb-classifier"].get_booster()
models["lgb-booster"] = models["lgb-classifier"].booster_
for name, model in models.items():
    for protocol in (2, 4, 5):
        with open(f"{folder}/{name}.{protocol}.pkl", "wb") as file:
            pickle.dump(model, file, protocol=protocol)
    joblib.dump(model, f"{folder}/{name}.joblib")
    joblib.dump(model, f"{folder}/{name}.gz", compress=("gzip", 3))
for name in ("xgb-classifier", "xgb-dart", "xgb-linear", "xgb-booster"):
    models[name].save_model(f"{folder}/{name}.json")
    models[name].save_model(f"{folder}/{name}.ubj")
models["lgb-booster"].save_model(f"{folder}/lgb-booster.txt")

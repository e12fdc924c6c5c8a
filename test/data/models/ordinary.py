"""Saves what teams save, as they save it, into the folder that is named: every estimator of scikit-learn that fits, by pickle and joblib."""
import pickle
import sys
import warnings

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import make_classification
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils import all_estimators

warnings.simplefilter("ignore")
POLYNOMIALS = ["Chebyshev", "Hermite", "HermiteE", "Laguerre", "Legendre", "Polynomial"]
folder = sys.argv[1]
X, y = make_classification(60, 8, random_state=0)
X = np.abs(X)
models = {}
for name, estimator in all_estimators():
    try:
        models[name] = estimator().fit(X, y)
    except Exception:
        continue  # it needs something else than numbers and classes
frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "city": np.where(X[:, 2] > 1, "Oslo", "Rome")})
models["pipeline"] = make_pipeline(
    make_column_transformer((StandardScaler(), ["a", "b"]), (OneHotEncoder(), ["city"])), LogisticRegression()
).fit(frame, y)
models["search"] = GridSearchCV(
    make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()),
    {"logisticregression__C": [1, 2]},
    scoring="roc_auc",
    cv=3,
).fit(X, y)
models["dict"] = {
    "objects": np.array(["x", None, {}], dtype=object),
    "empty": np.zeros((3, 0)),
    "text": np.array(["ab"]),
    "fortran": np.asfortranarray(X),
    "scalar": np.float32(3),
    "large": np.zeros(100_000),
    "record": np.zeros(3, dtype=[("a", "f8"), ("b", "i4")]),
}
holed = X.copy()
holed[::7, 1] = np.nan
models["imputer"] = IterativeImputer(max_iter=2).fit(holed)
models["numbers"] = {
    "records": np.rec.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
    "one record": np.rec.array([(1, 2.0)], dtype=[("a", int), ("b", float)])[0],
    "poly1d": np.poly1d([1, 2]),
    "polynomials": [getattr(np.polynomial, kind)([1, 2]) for kind in POLYNOMIALS],
    "texts": np.array(["a", "bc"], dtype=np.dtypes.StringDType()),
    "texts that may miss": np.array(["a", np.nan], dtype=np.dtypes.StringDType(na_object=np.nan)),
    "matrix": np.matrix([[1, 2]]),
}
for name, model in models.items():
    for protocol in (2, 4, 5):
        with open(f"{folder}/{name}.{protocol}.pkl", "wb") as file:
            pickle.dump(model, file, protocol=protocol)
    joblib.dump(model, f"{folder}/{name}.joblib")
    joblib.dump(model, f"{folder}/{name}.z.joblib", compress=3)
np.save(f"{folder}/numbers.npy", X)
np.save(f"{folder}/objects.npy", np.array(["a", None], dtype=object))
np.savez(f"{folder}/arrays.npz", X=X, y=y)
np.savez_compressed(f"{folder}/packed.npz", X=X, y=y)
print(len(models))

"""Makes those of these files that their tools write here: python make.py FOLDER [sklearn gluonts transformers mlflow].

The others are written by hand after the source of their tools: README.md says which.
"""

import json
import sys
from pathlib import Path


def sklearn(out):
    import numpy as np
    from sklearn.metrics import classification_report

    # Two classes that differ in a sign alone, a slash, dots, a space, letters beyond ASCII.
    names = ["new york", "a.b", "and/or", "Straße", "C++"]
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 5, 400)
    predicted = np.where(rng.random(400) < 0.8, truth, rng.integers(0, 5, 400))
    report = classification_report(truth, predicted, target_names=names, output_dict=True)
    (out / "classification_report.json").write_text(json.dumps(report, indent=2))


def gluonts(out):
    import numpy as np
    import pandas as pd
    from gluonts.evaluation import Evaluator
    from gluonts.model.forecast import SampleForecast

    rng = np.random.default_rng(7)
    series, forecasts = [], []
    for item in range(3):
        start = pd.Period("2026-01-01", freq="D")
        values = np.round(rng.random(30) * 3)  # some of them are 0
        values[-4:] = [0, 2, 1, 3]
        series.append(pd.Series(values, index=pd.period_range(start, periods=30, freq="D")))
        samples = rng.random((50, 4)) * 3
        forecasts.append(SampleForecast(samples=samples, start_date=start + 26, item_id=str(item)))
    aggregate, _ = Evaluator(quantiles=[0.1, 0.5, 0.9], num_workers=None)(series, forecasts)
    (out / "gluonts-agg_metrics.json").write_text(json.dumps(aggregate, indent=4, default=float))


def transformers(out):
    from transformers.trainer_callback import TrainerState

    state = TrainerState(epoch=3.0, global_step=345, max_steps=345, logging_steps=100, num_train_epochs=3)
    state.log_history = [
        {"epoch": 0.87, "grad_norm": float("nan"), "learning_rate": 1.42e-05, "loss": 0.6012, "step": 100},
        {"epoch": 1.0, "eval_accuracy": 0.7034, "eval_loss": 0.5741, "eval_runtime": 1.9, "step": 115},
        {"epoch": 2.0, "eval_accuracy": 0.7279, "eval_loss": 0.5466, "eval_runtime": 1.8, "step": 230},
        {"epoch": 2.61, "grad_norm": 4.1, "learning_rate": 2.6e-06, "loss": 0.4107, "step": 300},
        {"epoch": 3.0, "eval_accuracy": 0.7255, "eval_loss": 0.5512, "eval_runtime": 1.8, "step": 345},
        {"epoch": 3.0, "step": 345, "total_flos": 7.2e14, "train_loss": 0.5, "train_runtime": 101.5},
    ]
    state.save_to_json(str(out / "trainer_state.json"))


def mlflow(out):
    import mlflow as tool
    from mlflow.tracking import MlflowClient

    version = tool.__version__.split(".")[0]
    tool.set_tracking_uri(f"sqlite:///{(out / 'mlruns.db').absolute()}")
    with tool.start_run(run_name="fit") as run:
        tool.log_params({"depth": 4, "lr": "0.1"})
        for step, value in enumerate([0.71, 0.86, 0.84]):
            tool.log_metric("val/auc", value, step=step)
        tool.log_metric("grad_norm", float("nan"))
        tool.log_input(tool.data.from_numpy(__import__("numpy").zeros((3, 2)), name="rows"), "test")
    client = MlflowClient()
    found = client.get_run(run.info.run_id)
    (out / f"mlflow{version}-to_dictionary.json").write_text(json.dumps(found.to_dictionary(), indent=4))
    from mlflow.utils.proto_json_utils import message_to_json

    (out / f"mlflow{version}-runs-get.json").write_text('{"run": ' + message_to_json(found.to_proto()) + "}")
    history = [metric.to_proto() for metric in client.get_metric_history(run.info.run_id, "val/auc")]
    answers = ",".join(message_to_json(metric) for metric in history)
    (out / f"mlflow{version}-get-history.json").write_text('{"metrics": [' + answers + "]}")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:]:
        globals()[name](folder)

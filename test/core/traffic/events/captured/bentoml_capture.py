"""python bentoml_capture.py FOLDER: the monitor files of a real BentoML service that is asked over HTTP."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import bentoml
from recorded import ready

PORT = 18084
HERE = os.path.dirname(os.path.abspath(__file__))


@bentoml.service(workers=1, monitoring={"enabled": True, "options": {"log_path": os.environ.get("MONITORED", "m")}})
class Ages:
    @bentoml.api
    def predict(self, rows: list[dict]) -> list[int]:
        answers = [int((row["age"] or 0) >= 40) for row in rows]
        with bentoml.monitor("churn") as monitor:
            for row, answer in zip(rows, answers):
                monitor.log(row["age"], name="age", role="feature", data_type="numerical")
                monitor.log(row["plan"], name="plan", role="feature", data_type="categorical")
                monitor.log(answer, name="prediction", role="prediction", data_type="categorical")
                monitor.log(0.9 if answer else 0.2, name="score", role="prediction", data_type="numerical")
        return answers


def ask(rows):
    body = json.dumps({"rows": rows}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/predict", body, {"content-type": "application/json"})
    urllib.request.urlopen(request).read()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        command = [os.path.join(os.path.dirname(sys.executable), "bentoml"), "serve", "bentoml_capture:Ages"]
        env = {**os.environ, "MONITORED": folder, "BENTOML_HOME": f"{folder}/home", "BENTOML_DO_NOT_TRACK": "True"}
        server = subprocess.Popen([*command, "--port", str(PORT), "--host", "127.0.0.1"], env=env, cwd=HERE)
        try:
            ready(PORT, "/readyz")
            ask([{"age": 41, "plan": "pro"}, {"age": 10, "plan": "basic"}])
            ask([{"age": None, "plan": None}])
            ask([{"age": float("nan"), "plan": "größer"}])
        finally:
            server.terminate()
            server.wait()
        for kind in ("data", "schema"):
            for name in sorted(os.listdir(f"{folder}/churn/{kind}")):
                shutil.copy(f"{folder}/churn/{kind}/{name}", os.path.join(sys.argv[1], f"bentoml-{kind}.ndjson"))

"""python kserve_capture.py FILE: bodies of a real KServe server, asked by KServe's own client."""

import asyncio
import multiprocessing
import sys

import httpx
import numpy as np
import pandas as pd
from kserve import InferenceRESTClient, InferInput, InferRequest, Model, ModelServer, RESTConfig
from kserve.utils.utils import get_predict_input, get_predict_response
from recorded import ready, recorder, write

PORT, FRONT = 18080, 18081


class Ages(Model):
    """Old is likely. Of one name classes come out, of another probabilities."""

    def __init__(self, name, answer):
        super().__init__(name)
        self.answer = answer
        self.ready = True

    def predict(self, payload, headers=None, response_headers=None):
        rows = pd.DataFrame(get_predict_input(payload))
        age = rows["age"] if "age" in rows else rows.iloc[:, 0]
        old = np.asarray([float(value) >= 40 for value in age])
        return get_predict_response(payload, self.answer(old), self.name)


def classes(old):
    return old.astype(np.int64)


def probabilities(old):
    return np.where(old[:, None], [[0.1, 0.9]], [[0.8, 0.2]])


def both(old):
    return pd.DataFrame({"prediction": classes(old), "score": probabilities(old)[:, 1]})


def texts(old):
    return [str(value) for value in classes(old)]


def serve():
    models = [Ages(one.__name__, one) for one in (classes, probabilities, both, texts)]
    ModelServer(http_port=PORT, enable_grpc=False, workers=1).start(models)


def tensor(name, values, binary):
    kind = {"f": "FP32", "i": "INT64", "O": "BYTES"}[values.dtype.kind]
    made = InferInput(name, list(values.shape), kind)
    made.set_data_from_numpy(values, binary_data=binary)
    return made


def nested(name, values):
    return InferInput(name, list(np.shape(values)), "FP32", data=values)


NUMBERS = [[41, 30000], [10, 12000.5]]


def columns(binary):
    age = tensor("age", np.array([41, 10]), binary)
    plan = tensor("plan", np.array(["pro", "basic"], dtype=object), binary)
    return {"infer_inputs": [age, plan], "parameters": {"content_type": "pd"}}


def ask(model, inputs, more=None):
    return InferRequest(model_name=model, request_id=f"own-{model}", **{"infer_inputs": inputs, **(more or {})})


class Posted:
    """What the client cannot send: a CloudEvent that holds the request, as transformers and brokers do."""

    async def infer(self, url, data, model_name, timeout):
        headers = {"content-type": "application/cloudevents+json"}
        async with httpx.AsyncClient() as client:
            await client.post(f"{url}/v1/models/{model_name}:predict", json=data, headers=headers)


async def send(exchanges):
    url = f"http://127.0.0.1:{FRONT}"
    v1 = InferenceRESTClient(RESTConfig(protocol="v1"))
    v2 = InferenceRESTClient(RESTConfig(protocol="v2"))
    flat = np.array(NUMBERS, dtype=np.float32)
    binary_answer = {"parameters": {"binary_data_output": True}}
    asked = [
        ("numbers", "v1 rows, classes", v1, "classes", {"instances": NUMBERS}),
        ("numbers", "v1 rows, probabilities", v1, "probabilities", {"instances": NUMBERS}),
        ("numbers", "v1 rows, both by name", v1, "both", {"instances": NUMBERS}),
        ("numbers", "v1 rows called inputs", v1, "classes", {"inputs": NUMBERS}),
        ("mixed", "v1 a list of named rows", v1, "classes",
         {"instances": [[{"age": 41, "plan": "pro"}, {"age": 10, "plan": "basic"}]]}),
        ("mixed", "v1 columns by index", v1, "classes",
         {"instances": [{"age": {"0": 41, "1": 10}, "plan": {"0": "pro", "1": "basic"}}]}),
        ("mixed", "v1 columns, an instance for each row", v1, "classes",
         {"instances": [{"age": [41], "plan": ["pro"]}, {"age": [10], "plan": ["basic"]}]}),
        ("numbers", "v1 inside of a CloudEvent", Posted(), "classes",
         {"specversion": "1.0", "id": "own", "source": "broker", "type": "asked",
          "time": "2026-05-20T12:00:00Z", "data": {"instances": NUMBERS}}),
        ("numbers", "v2 flat", v2, "classes", ask("classes", [tensor("input-0", flat, False)])),
        ("numbers", "v2 nested", v2, "probabilities", ask("probabilities", [nested("input-0", NUMBERS)])),
        ("numbers", "v2 binary, as the client does by itself", v2, "classes",
         ask("classes", [tensor("input-0", flat, True)])),
        ("numbers", "v2 binary, answered so", v2, "probabilities",
         ask("probabilities", [tensor("input-0", flat, True)], binary_answer)),
        ("mixed", "v2 columns", v2, "both", ask("both", None, columns(False))),
        ("mixed", "v2 columns, binary, texts", v2, "texts", ask("texts", None, columns(True))),
        ("numbers", "v2 answered binary", v2, "both", ask("both", [tensor("input-0", flat, False)], binary_answer)),
    ]
    for profile, name, client, model, data in asked:
        before = len(exchanges)
        try:
            await client.infer(url, data, model_name=model, timeout=30)
        except Exception as error:  # what was captured says more
            print(name, error)
        for one in exchanges[before:]:
            one.update({"name": name, "rows": profile, "answers": model})


if __name__ == "__main__":
    server = multiprocessing.Process(target=serve)
    server.start()
    try:
        ready(PORT, "/v1/models/classes")
        exchanges = recorder(FRONT, PORT)
        asyncio.run(send(exchanges))
        write(sys.argv[1], exchanges)
    finally:
        server.terminate()

"""python mlserver_capture.py FILE: bodies of a real MLServer, asked by requests that its own codecs make."""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

import numpy as np
import pandas as pd
from mlserver.codecs import Base64Codec, NumpyCodec, NumpyRequestCodec, PandasCodec, StringCodec
from mlserver.types import InferenceRequest, Parameters, RequestInput
from recorded import ready, recorder, write

PORT, FRONT = 18082, 18083
HERE = os.path.dirname(os.path.abspath(__file__))


def serve(folder):
    settings = {"http_port": PORT, "grpc_port": PORT + 10, "metrics_port": PORT + 11, "parallel_workers": 0}
    json.dump({**settings, "host": "127.0.0.1"}, open(f"{folder}/settings.json", "w"))
    for name in ("classes", "probabilities", "both"):
        os.mkdir(f"{folder}/{name}")
        model = {"name": name, "implementation": "mlserver_model.Ages"}
        json.dump(model, open(f"{folder}/{name}/model-settings.json", "w"))
    env = {**os.environ, "PYTHONPATH": HERE}
    return subprocess.Popen([os.path.join(os.path.dirname(sys.executable), "mlserver"), "start", folder], env=env)


FRAME = pd.DataFrame({"age": [41, 10], "plan": ["pro", "basic"]}).astype({"plan": object})
# Of a column that is not all text, the codec makes JSON cell by cell; of one with text and None it makes nothing.
GAPS = pd.DataFrame({"age": [41.0, None], "plan": ["pro", 7]}).astype({"plan": object})
NUMBERS = np.array([[41, 30000], [10, 12000.5]])
WIDE = pd.concat([FRAME] * 40)


def frame(of):
    return PandasCodec.encode_request(of, use_bytes=False)


def request(*inputs, content_type="pd"):
    return InferenceRequest(inputs=list(inputs), parameters=Parameters(content_type=content_type))


def nested():
    data = NUMBERS.tolist()
    tensor = RequestInput(name="input-0", shape=[2, 2], datatype="FP64", data=data)
    return InferenceRequest(id="own-nested", inputs=[tensor])


def asked():
    age = NumpyCodec.encode_input("age", np.array([41, 10]))
    text = StringCodec.encode_input("plan", ["pro", "basic"], use_bytes=False)
    packed = Base64Codec.encode_input("plan", [b"pro", b"basic"], use_bytes=False)
    return [
        ("numbers", "np", "classes", NumpyRequestCodec.encode_request(NUMBERS)),
        ("numbers", "np, probabilities", "probabilities", NumpyRequestCodec.encode_request(NUMBERS)),
        ("numbers", "nested, with an id", "classes", nested()),
        ("mixed", "pd", "both", frame(FRAME)),
        ("gaps", "pd, with an empty cell and JSON in cells", "classes", frame(GAPS)),
        ("mixed", "np and str", "classes", request(age, text)),
        ("mixed", "np and base64", "classes", request(age, packed)),
        ("wide", "pd, packed both ways", "both", frame(WIDE)),
    ]


def send(exchanges):
    for profile, name, model, made in asked():
        body = json.dumps(made.model_dump(exclude_none=True)).encode()
        headers = {"content-type": "application/json", "accept-encoding": "gzip, deflate"}  # as requests sends it
        if "packed" in name:
            body, headers["content-encoding"] = gzip.compress(body, mtime=0), "gzip"
        before = len(exchanges)
        url = f"http://127.0.0.1:{FRONT}/v2/models/{model}/infer"
        urllib.request.urlopen(urllib.request.Request(url, body, headers)).read()
        for one in exchanges[before:]:
            one.update({"name": name, "rows": profile, "answers": model})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        server = serve(folder)
        try:
            ready(PORT, "/v2/models/both/ready")
            exchanges = recorder(FRONT, PORT)
            send(exchanges)
            write(sys.argv[1], exchanges)
        finally:
            server.terminate()
            server.wait()

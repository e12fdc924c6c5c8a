"""What the MLServer of mlserver_capture.py serves: old is likely."""

import numpy as np
import pandas as pd
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, PandasCodec
from mlserver.types import InferenceResponse


class Ages(MLModel):
    async def load(self):
        return True

    async def predict(self, payload):
        decoded = self.decode_request(payload, default_codec=None)
        if not isinstance(decoded, (np.ndarray, pd.DataFrame)):
            decoded = NumpyCodec.decode_input(payload.inputs[0])
        rows = pd.DataFrame(decoded)
        age = rows["age"] if "age" in rows else rows.iloc[:, 0]
        old = np.asarray([float(value) >= 40 for value in age])
        likely = np.where(old[:, None], [[0.1, 0.9]], [[0.8, 0.2]])
        if self.name == "both":
            frame = pd.DataFrame({"prediction": old.astype(np.int64), "score": likely[:, 1]})
            return PandasCodec.encode_response(self.name, frame)
        answer = likely if self.name == "probabilities" else old.astype(np.int64)
        output = NumpyCodec.encode_output("predict", answer)
        return InferenceResponse(id=payload.id, model_name=self.name, outputs=[output])

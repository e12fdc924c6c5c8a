"""Saves what teams save with Keras, and what none does, into the folder that is named. The files in keras-3.15.1 are what this wrote with
that version and h5py 3.16.0: their backends are too large to be installed for a test."""
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import h5py
import keras
import numpy as np

folder = sys.argv[1]
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.BatchNormalization()])
model.compile("sgd", "mse")
model.save(f"{folder}/model.keras")
model.save(f"{folder}/model.h5")
model.save_weights(f"{folder}/model.weights.h5")
code = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x * 2)])
code.save(f"{folder}/lambda.keras")
code.save(f"{folder}/lambda.h5")
LAMBDA = '{"class_name": "Lambda", "config": {}}'
with h5py.File(f"{folder}/latest.h5", "w", libver="latest") as file:
    file["x"] = np.arange(4)
    file.attrs["model_config"] = LAMBDA
with h5py.File(f"{folder}/fixed.h5", "w") as file:
    file.attrs["model_config"] = np.bytes_(LAMBDA)
with h5py.File(f"{folder}/many.h5", "w", libver="latest") as file:
    for index in range(20):
        file.attrs[f"a{index}"] = index
    file.attrs["model_config"] = LAMBDA
with h5py.File(f"{folder}/linked.h5", "w") as file:
    file.create_group("a/b")["c"] = h5py.ExternalLink("../../secrets.h5", "/x")
with h5py.File(f"{folder}/linked-latest.h5", "w", libver="latest") as file:
    file.create_group("a/b")["c"] = h5py.ExternalLink("../../secrets.h5", "/x")
with h5py.File(f"{folder}/external.h5", "w") as file:
    file.create_group("a").create_dataset("b", (4,), "i1", external=[("/etc/passwd", 0, 4)])
with h5py.File(f"{folder}/virtual.h5", "w", libver="latest") as file:
    layout = h5py.VirtualLayout((4,), "i8")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    file.create_virtual_dataset("v", layout)

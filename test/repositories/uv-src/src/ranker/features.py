"""Weights of the features."""


def weights():
    return [0.5, 0.1]

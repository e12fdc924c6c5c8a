"""Reads the digits and splits them. The split depends on params.yaml only, so the test set stays the same."""

import pandas as pd
import yaml
from sklearn.model_selection import train_test_split


def read_params():
    with open("params.yaml") as file:
        return yaml.safe_load(file)


def read_digits(split):
    digits = pd.read_csv("data/digits.csv")
    return train_test_split(
        digits, test_size=split["test_share"], random_state=split["seed"], stratify=digits["digit"]
    )


def pixels(digits):
    return digits.filter(like="pixel_").to_numpy()

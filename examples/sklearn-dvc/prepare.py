"""Writes data/digits.csv: the 1,797 handwritten digits that come with scikit-learn."""

from pathlib import Path

from sklearn.datasets import load_digits

digits = load_digits(as_frame=True).frame.rename(columns={"target": "digit"})
digits.insert(0, "id", [f"digit-{row:04d}" for row in range(len(digits))])
Path("data").mkdir(exist_ok=True)
digits.to_csv("data/digits.csv", index=False)
print(f"data/digits.csv: {len(digits)} rows")

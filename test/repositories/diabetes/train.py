"""How far the disease goes in a year."""
import random

import pyarrow
import pyarrow.parquet

random.seed(5)


def main():
    progression = [float(random.randrange(25, 346)) for _ in range(200)]
    table = {
        "patient": [f"p{row:04d}" for row in range(200)],
        "target": progression,
        "prediction": [value + random.gauss(0, 40) for value in progression],
    }
    pyarrow.parquet.write_table(pyarrow.table(table), "out/predictions.parquet")


if __name__ == "__main__":
    main()

"""Prints the mean absolute error."""
import pyarrow.parquet

if __name__ == "__main__":
    rows = pyarrow.parquet.read_table("out/predictions.parquet").to_pylist()
    print(sum(abs(row["target"] - row["prediction"]) for row in rows) / len(rows))

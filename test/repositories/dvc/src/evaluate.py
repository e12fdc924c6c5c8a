"""Scores the test rows."""
import csv
import json
import math
import os

if __name__ == "__main__":
    slope = json.load(open("model.json"))["slope"]
    os.makedirs("eval/live", exist_ok=True)
    rows = list(csv.DictReader(open("data/prepared.csv")))
    scored = [(row["machine"], row["failed"], 1 / (1 + math.exp(-slope * (float(row["heat"]) - 0.5)))) for row in rows]
    with open("eval/predictions.csv", "w") as file:
        file.write("machine,failed,risk_score\n")
        file.writelines(f"{machine},{failed},{score:.6f}\n" for machine, failed, score in scored)
    right = sum((score >= 0.5) == (failed == "1") for _, failed, score in scored)
    json.dump({"accuracy": right / len(scored)}, open("eval/live/metrics.json", "w"))

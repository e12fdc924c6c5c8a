"""`python -m spaceflights`, as Kedro's template has it."""
from spaceflights.pipelines.data_science import run


def main():
    run()


if __name__ == "__main__":
    main()

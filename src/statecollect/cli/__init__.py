"""The command line (floor 5): parse arguments, call one function below, render."""

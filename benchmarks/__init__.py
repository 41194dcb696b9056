"""Measurements, as ratios of two things done side by side in one run. Not part of the package, not run by the tests."""

"""Comparison: providers, sites and others under the same promise, without a league table."""

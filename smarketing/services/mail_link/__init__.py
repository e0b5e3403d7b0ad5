"""Answering a lead from the mail that tells of it, without signing in."""

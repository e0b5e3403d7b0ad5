"""Segments, tiers and seniority: conditions over the columns of leads."""

"""What left the house, and what a person may decide about it."""

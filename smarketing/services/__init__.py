"""The use cases, one a file; they reach the world through small protocols."""

"""Breaches: facts of three kinds on both sides, and what people say about them."""

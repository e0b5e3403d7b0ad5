"""The sample company: Nordlicht, invented, up to today."""

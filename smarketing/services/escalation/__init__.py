"""Escalation: the steps of ladders are taken, told of, replayed and shown."""

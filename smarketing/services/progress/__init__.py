"""What was delivered and answered, against what was promised."""

"""What leaves the house: the drains of the outbox."""

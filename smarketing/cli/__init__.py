"""The command `smarketing`."""

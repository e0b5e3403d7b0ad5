"""The weekly report: its numbers, and who is due one."""

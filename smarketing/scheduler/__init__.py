"""The worker process: ticks, and one table of jobs."""

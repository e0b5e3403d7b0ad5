"""What a source said: files and APIs turned into columns. Knows nothing of smarketing."""

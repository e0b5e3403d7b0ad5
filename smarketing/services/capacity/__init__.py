"""Whether what is promised can be kept by the people there are."""

"""The pictures of a report: data first, then the drawing."""

"""The instrument of satisfaction evaluations and performance reviews."""

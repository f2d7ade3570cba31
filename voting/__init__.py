"""The instrument of livelihood projects: candidates, rules of selection, the count."""

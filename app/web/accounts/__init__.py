"""The pages of the staff: signing in and out, passwords, who is on the staff."""

"""Who sits: deputies, sessions, attendance and the quorum. The box never learns a name of it."""

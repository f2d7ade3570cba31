"""The hall screen: what the room looks at, fed by one reader a process; see `watch`."""

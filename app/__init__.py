"""The house of Piaojue: the blind ballot box, who sits, who may enter, and the pages."""

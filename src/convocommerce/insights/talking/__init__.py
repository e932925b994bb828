"""How people come back, write and are served: load, rhythm, formats and ratings."""

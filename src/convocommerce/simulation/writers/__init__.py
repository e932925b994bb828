"""Writing the simulated world in the shapes that the platforms really export."""

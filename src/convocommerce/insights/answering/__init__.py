"""How people are answered: waits, windows to answer in, and what a page is judged by."""

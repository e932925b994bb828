"""What conversations sell, beside what the website sells."""

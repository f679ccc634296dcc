"""The measure of ties put to the test: forecasts of act counts, and what the strength of a tie claims."""

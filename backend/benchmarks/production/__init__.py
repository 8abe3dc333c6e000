"""`make bench-prod`: how much one machine bears. Figures are printed, nothing is asserted."""

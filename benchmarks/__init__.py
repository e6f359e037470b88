"""What the product costs. Benchmarks measure, tests never time."""

"""Speed, memory and toughness, beside peers measured in the same run: `python -m benchmarks`, or `make bench`.

Each benchmark is a module with a function `rows`. docs/benchmarks.md says what each one measures and what came out.
"""

"""`python -m pipelines` is `pat`."""

from pipelines.cli import main

main()

"""The pipeline: steps as plain functions (`pipeline`), and the same steps as Prefect flows (`deployments`)."""

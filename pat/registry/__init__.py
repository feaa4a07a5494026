"""The only place that knows MLflow: runs, models, versions, promotions."""

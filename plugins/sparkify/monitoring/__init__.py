"""The pipeline's history: read from the warehouse, summed up, and shown as a page.

What is shown comes from `load_audit` and `data_quality_results` alone, by plain SQL, so it is the
same on AWS, in Airflow's web interface and in the file that `sparkify report` writes. Nothing here
imports Airflow but `web` and `source`; nothing but `charts` and `library` imports Bokeh.
"""

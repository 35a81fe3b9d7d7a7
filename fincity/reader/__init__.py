"""Reading releases: panels, networks, coverage and the way from a cell back to its pages.

Everything here works on the Parquet files of one release and needs neither a database nor the archive.
"""

"""The stores: archive, operational tables, warehouse, judgements, releases (write side)."""

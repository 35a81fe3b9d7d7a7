"""Pure functions from bytes to panel: records, catalogue, parsers, deals, resolution, indicators. No I/O."""

"""Auditing a lexicon on one's own texts: hits in context with verdicts, drift over years, other lexicons, new terms.

Texts are files, or the documents of a home (`fincity.audit.corpus`). Files need the base install only.
"""

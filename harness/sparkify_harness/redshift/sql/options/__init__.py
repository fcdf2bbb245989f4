"""The options of COPY and UNLOAD: each is an object, registered once.

The grammar reads by them, the plans of ``copying`` ask for them, secrets are masked and
``docs/copy-and-unload.md`` is made from them.
"""

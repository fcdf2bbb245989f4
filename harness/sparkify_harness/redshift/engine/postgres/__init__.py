"""PostgreSQL behind the typed tree: queries and expressions, as the oracle of the tests.

Of a second engine it is the half that reads: ``database.PostgresConnection`` has the methods of
``engine.protocol.EngineConnection`` that make tables, fill them and query them.
"""

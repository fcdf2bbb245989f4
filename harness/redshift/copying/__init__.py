"""COPY: its plan, the objects it reads, formats, conversion, load errors."""

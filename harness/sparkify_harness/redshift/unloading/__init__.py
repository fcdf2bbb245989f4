"""UNLOAD: its plan, the forms that rows take in files, the files' names, the objects that are made.

``plan`` judges a statement without I/O; ``unload`` takes the rows as they stream from the engine
and puts them into objects, which are complete one by one.
"""

from sparkify_harness.redshift.unloading.plan import UnloadPlan, plan
from sparkify_harness.redshift.unloading.unload import Unload, Unloaded

__all__ = ["Unload", "UnloadPlan", "Unloaded", "plan"]

"""The functions and operators that Redshift has, with their signatures."""

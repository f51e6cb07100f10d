"""Prints what the reference results of the Python scripts depend on.

    python3 environment.py >> environment.txt
"""

import sys

import numpy
import scipy

print(f"Python {sys.version.split()[0]}")
print(f"numpy {numpy.__version__}")
print(f"scipy {scipy.__version__}")

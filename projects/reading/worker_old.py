"""The child process for old .xls workbooks, apart because its reader is slow to load."""

from __future__ import annotations

import sys

from projects.reading.sources.old_excel import read_old_excel
from projects.reading.worker import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], old=read_old_excel))

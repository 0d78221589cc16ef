#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Start, test and check Voluncity. Needs Python 3.11 or newer and nothing else.

    python3 run.py              install, load the demo city, serve it on http://127.0.0.1:8000
    python3 run.py test         run every test
    python3 run.py --help       everything else

This file stays readable for an old Python, so that it can say what is missing.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Voluncity needs Python 3.11 or newer; this is Python %d.%d.\n"
        "志愿之城需要 Python 3.11 或更新的版本；现在是 Python %d.%d。请安装新版 Python 后再运行。"
        % (sys.version_info[:2] * 2)
    )

from house.main import main

if __name__ == "__main__":
    sys.exit(main())

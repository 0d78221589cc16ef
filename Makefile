# For those who have make: the same commands as `python3 run.py …`.
.PHONY: help run test check fmt lock rows screenshots bench

help:          ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run:           ## install, load the demo city once and serve it
	python3 run.py

test check fmt lock rows screenshots bench:
	python3 run.py $@

test:          ## run the tests on SQLite and PostgreSQL
check:         ## run every check of the code
fmt:           ## format the code and mend what can be mended
lock:          ## write the lock files
rows:          ## show which tests show which row of the mission
screenshots:   ## photograph every page into var/screenshots
bench:         ## measure the reference city on PostgreSQL

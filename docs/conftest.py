"""The pages' examples are tests (every ``*.rst``); what only builds them is not."""

collect_ignore = [
    "tutorials/data/train_digits.py",
    "conf.py",
    "_build",
    "_ext",
    "check_site.py",
    "run_notebooks.py",
]

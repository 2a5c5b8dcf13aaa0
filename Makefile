# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# An interpreter for .venv; without it the newest usable one from 3.11 on is taken.
PYTHON ?=
VENV := $(CURDIR)/.venv
CACHE := $(CURDIR)/.cache
READY := $(VENV)/.ready

# Nothing is written outside the checkout.
export XDG_CACHE_HOME := $(CACHE)/xdg
export XDG_DATA_HOME := $(CACHE)/share
export ANSIBLE_HOME := $(CACHE)/ansible
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH := $(CACHE)/collections
export RUFF_CACHE_DIR := $(CACHE)/ruff
export MYPY_CACHE_DIR := $(CACHE)/mypy
export PYTEST_DEBUG_TEMPROOT := $(CACHE)/tmp
export HYPOTHESIS_STORAGE_DIRECTORY := $(CACHE)/hypothesis
export PYTHONPATH := $(CURDIR)/tests/tools:$(CURDIR)/tests/lab
export PATH := $(VENV)/bin:$(PATH)
# Answers of proxies for addresses on loopback help nobody.
export no_proxy := localhost,127.0.0.1,::1,$(no_proxy)

# Further arguments for the target, such as make bench ARGUMENTS='--sizes 1 10'.
ARGUMENTS ?=

.PHONY: help setup demo lab lab-stop test lint bench build clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt requirements/lab.txt requirements/development.txt tests/tools/prepare-environment
	@tests/tools/prepare-environment $(PYTHON)

# Ansible finds collections by folder, .../ansible_collections/NAMESPACE/NAME: hence the link.
setup: $(READY) ## make .venv with all that is needed (every other target does it by itself)
	@mkdir -p $(CACHE)/tmp $(CACHE)/collections/ansible_collections/datacenter
	@ln -sfn ../../../.. $(CACHE)/collections/ansible_collections/datacenter/hyperv

demo: setup ## build a small estate on a simulated data centre with real ansible-playbook runs
	@$(VENV)/bin/python -m demonstration

lab: setup ## start a simulated data centre and leave it running
	@$(VENV)/bin/python -m demonstration.standing_lab start

lab-stop: setup ## stop it
	@$(VENV)/bin/python -m demonstration.standing_lab stop

test: setup ## every check: style, types, documentation, sanity, packaging, all tests
	@$(VENV)/bin/python -m checks

lint: setup ## only the checks that read the source
	@$(VENV)/bin/python -m checks style types yaml playbooks changelog

bench: setup ## measure exchanges, bytes and time for 1 to 500 VMs; results in build/bench/
	@PYTHONPATH=$(CURDIR)/tests/bench:$(CACHE)/collections:$(PYTHONPATH) $(VENV)/bin/python -m hyperv_bench $(ARGUMENTS)

build: setup ## the collection as a tarball in build/
	@mkdir -p build
	@$(VENV)/bin/ansible-galaxy collection build --force --output-path build

clean: ## remove everything that was made, .venv included
	rm -rf .venv .venvs .cache build

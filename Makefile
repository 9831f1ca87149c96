# Dos órdenes bastan: `make up` y `make test`. Las demás son para quien desarrolla.
.DEFAULT_GOAL := help
.PHONY: help up test check lint bench docs samples bless

PYTHON := .venv/bin/python
# One file of tests stays in one process, so that what it prepares is prepared once.
PYTEST := $(PYTHON) -m pytest --dist loadfile -n auto --maxprocesses 4

help: ## Dice qué hay
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

up: ## Instala lo que falte y sirve el mapa en http://127.0.0.1:8000 hasta Ctrl-C
	@scripts/setup run
	@.venv/bin/sig up

test: ## Instala lo que falte y corre las pruebas (menos de 6 minutos)
	@scripts/setup test
	@$(PYTEST) $(ARGS)

check: lint ## Estilo, tipos, importaciones y las pruebas pesadas
	@scripts/setup check
	@$(PYTEST) -m heavy -v --timeout 900 $(ARGS)

lint: ## Estilo, tipos y reglas de importación, sin pruebas
	@scripts/setup test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	scripts/check-web

bench: ## Mide y compara; ver docs/rendimiento.md
	@scripts/setup test
	@.venv/bin/sig bench $(ARGS)

docs: ## Vuelve a generar las páginas que salen de las declaraciones
	@scripts/setup test
	@$(PYTHON) -m scripts.docs

samples: ## Vuelve a generar las muestras que vienen con el sistema
	@scripts/setup test
	@$(PYTHON) -m layers._samples.make_ibague

bless: ## Acepta lo que hoy sale como lo esperado (tests/expected)
	@scripts/setup test
	@$(PYTEST) --bless $(ARGS)

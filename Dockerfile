# The application as an image. The database is another one: see docker-compose.yml.
FROM node:22-bookworm-slim AS web
WORKDIR /build
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.11-slim-bookworm
# Documents on paper are set by Pango, in DejaVu.
RUN apt-get update && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --home-dir /var/lib/sig sig
WORKDIR /opt/sig
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
# The CSW service wants another SQLAlchemy: an environment of its own.
COPY requirements-csw.lock ./
RUN python -m venv .venv-csw \
    && .venv-csw/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements-csw.lock
COPY pyproject.toml README.md LICENSE ./
COPY gis gis
COPY layers layers
COPY publishers publishers
COPY api api
COPY --from=web /build/dist web/dist
# The `sig` command, straight from this folder, as scripts/setup makes it.
RUN printf '#!/usr/local/bin/python\nif __name__ == "__main__":\n    from api.cli import main\n\n    main()\n' \
    > /usr/local/bin/sig && chmod 755 /usr/local/bin/sig
ENV PYTHONPATH=/opt/sig PYTHONUNBUFFERED=1 SIG_HOME=/var/lib/sig SIG_HOST=0.0.0.0
USER sig
VOLUME /var/lib/sig
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=6 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sig", "up", "--no-worker"]

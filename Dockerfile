# One image for web, worker and beat; docker-compose.yml says which command each runs.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The lock alone first: the layer is rebuilt only when it changes.
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements/base.txt

COPY . .
# Collecting reads no secret, Django only insists on having one.
RUN SECRET_KEY=unused python manage.py collectstatic --noinput \
    && python -m compileall -q . \
    && useradd --system --uid 10001 --home-dir /app duban \
    && mkdir -p /data/media \
    && chown -R duban /data
ENV MEDIA_ROOT=/data/media
USER duban
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8"]

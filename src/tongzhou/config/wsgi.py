"""The pages, as WSGI (Django under ASGI costs nine times the CPU)."""

import os

from django.core.wsgi import get_wsgi_application

from tongzhou.config.processes import end_with_parent, spare_the_collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.config.settings")
end_with_parent()
application = get_wsgi_application()
spare_the_collector()

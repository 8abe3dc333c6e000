FROM scribe-stand-in/debian-servers
# The official image's user has this number.
RUN groupadd --system --gid 101 scribe-nginx || true; rm -f /etc/nginx/sites-enabled/default
CMD ["nginx", "-g", "daemon off;"]

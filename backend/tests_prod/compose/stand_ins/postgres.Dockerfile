FROM scribe-stand-in/debian-servers
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 --create-home postgres
COPY postgres/ /opt/postgres/
COPY postgres-entry.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh && install -d -o postgres -g postgres /var/lib/postgresql/data
ENV PATH=/opt/postgres/bin:$PATH PGDATA=/var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]

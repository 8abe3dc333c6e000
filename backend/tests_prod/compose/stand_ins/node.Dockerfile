FROM scribe-stand-in/python
COPY node/ /opt/node/
RUN ln -s /opt/node/node /usr/local/bin/node && ln -s /opt/node/lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

FROM scribe-stand-in/debian-servers
COPY weed /usr/bin/weed

"""See alembic_server.py."""

import json
import os
import socket
import sys

with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(sys.argv[1])
    request = {"argv": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}
    data = json.dumps(request).encode() + b"\n"
    sent = socket.send_fds(connection, [data], [0, 1, 2])
    connection.sendall(data[sent:])
    status = connection.recv(1)
sys.exit(status[0] if status else 1)

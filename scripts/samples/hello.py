import os
import platform
import socket

print(f"Hello from Python {platform.python_version()}, as user {os.getuid()}.")

interfaces = [name for _, name in socket.if_nameindex() if name != "lo"]
print(f"Network interfaces that lead outside: {', '.join(interfaces) or 'none'}.")

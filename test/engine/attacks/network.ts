import { hostname } from "node:os";
import { type Attack, all } from "./attack.ts";

const NO_WAY = all("ENETUNREACH", "docker0", "10/8", "192.168/16", "the internet");
const METADATA = ["169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"] as const;
const PORTS = ["port 22", "port 80", "port 2375", "the test's", "datagram"] as const;

/** Attacks on whatever can be reached: the host, its neighbours, clouds, the kernel's own network. */
export const network: readonly Attack[] = [
  { program: "raw-sockets.py", sees: all("EPERM", "icmp", "raw", "icmp6") },
  { program: "packet-sockets.c", sees: all("EPERM", "raw frames", "cooked frames") },
  {
    program: "vsock.c",
    sees: all("EPERM", "stream", "datagrams"),
    gvisor: { sees: all("EAFNOSUPPORT", "stream", "datagrams") },
  },
  { program: "kernel-crypto.c", sees: { cipher: "EPERM" }, gvisor: { sees: { cipher: "EAFNOSUPPORT" } } },
  {
    program: "families.c",
    sees: { families: "1 2 10 16" },
  },
  {
    program: "dns.js",
    args: () => [hostname()],
    sees: {
      ...all("EAI_AGAIN", "look up", "look up the host", "look up the engine"),
      ...all("ECONNREFUSED", "ask the engine", "ask a public server"),
    },
  },
  {
    program: "metadata.py",
    sees: all("ENETUNREACH", ...METADATA),
    gvisor: { sees: all("EHOSTUNREACH", ...METADATA) },
  },
  {
    program: "host-tcp.js",
    args: ({ port, addresses }) => [String(port), addresses.join(",")],
    sees: { "the host's addresses": "ENETUNREACH", loopback: "ECONNREFUSED" },
    gvisor: { sees: { "the host's addresses": "EHOSTUNREACH" } },
  },
  { program: "host-udp.go", sees: NO_WAY, gvisor: { sees: all("EHOSTUNREACH", ...Object.keys(NO_WAY)) } },
  {
    program: "gateway.sh",
    args: ({ gateway, port }) => [gateway, String(port)],
    sees: all("ENETUNREACH", ...PORTS),
    gvisor: { sees: all("EHOSTUNREACH", ...PORTS) },
  },
  {
    program: "abstract-socket.js",
    args: ({ socketName }) => [socketName],
    sees: { connect: "ECONNREFUSED", see: "nothing" },
  },
  {
    program: "unix-sockets.py",
    args: ({ socketFile }) => [socketFile],
    sees: all(
      "ENOENT",
      "/var/run/docker.sock",
      "/run/docker.sock",
      "/run/containerd/containerd.sock",
      "/run/podman/podman.sock",
      "/run/dbus/system_bus_socket",
      "/run/systemd/private",
      "/tmp/.X11-unix/X0",
      "the test's",
    ),
  },
  { program: "find-sockets.sh", sees: all("0", "sockets", "in use") },
  {
    program: "routes.go",
    sees: all("EPERM", "new link", "new address", "new route"),
    gvisor: { sees: all("EACCES", "new link", "new address", "new route") },
  },
  {
    program: "netlink.c",
    // Kernels without packet filters, policies or an audit trail have nothing to ask.
    sees: all(["EPERM", "EPROTONOSUPPORT"], "packet filter", "policies", "audit"),
    gvisor: { sees: all("EPROTONOSUPPORT", "packet filter", "policies", "audit") },
  },
  {
    program: "interfaces.sh",
    sees: {
      interfaces: "lo",
      ...all("EPERM", "add an address", "add a link", "add a route", "take loopback down"),
      "forward packets": "EROFS",
    },
    gvisor: {
      sees: {
        ...all("EACCES", "add an address", "add a link", "add a route", "forward packets"),
        "take loopback down": "ENOTTY",
      },
    },
  },
  {
    program: "broadcast.py",
    sees: { ...all("ENETUNREACH", "broadcast", "multicast"), ...all("ENODEV", "eth0", "docker0") },
  },
  // Engines differ in whether low ports are free in a container.
  { program: "low-port.js", sees: { "port 80": ["done", "EACCES"] } },
  { program: "tunnel.py", sees: { device: "ENOENT" }, gvisor: { sees: { device: "EPERM" } } },
];

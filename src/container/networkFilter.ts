/** A range of IPv4 addresses: "10.0.0.0/8". */
export type Cidr = `${string}/${number}`;

/**
 * Addresses that aren't the internet's, by IANA's registry of special-purpose addresses (RFC 6890): private networks, the cloud's
 * metadata (169.254.169.254), the carrier's, and all that go to many at once. What is reserved for documentation leads nowhere.
 */
export const CLOSED_RANGES: readonly Cidr[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
];

export interface FilterTargets {
  /** The container's own network: its neighbours and its gateway. */
  readonly network: Cidr;
  /** Addresses that are closed beside `CLOSED_RANGES`. */
  readonly closed: readonly Cidr[];
}

/** Stands for the number of the network device, which only the container knows. */
export const DEVICE = "device";

/** A message to the kernel, in hexadecimal digits before and after the number of the device. */
export type KernelMessage = `${string}${typeof DEVICE}${string}`;

/**
 * What makes the kernel drop, on the way out of a container's network device, all that isn't for the internet: two messages of
 * rtnetlink(7), for engines on little-endian machines. The device itself is filtered, not the sockets: so it holds for whatever a
 * program can make a socket do (SO_BINDTODEVICE leads around routes), and for gVisor, which makes its packets itself.
 * Port 53 stays open beyond the container's own network: the engine's resolver asks from inside the container, and what it asks
 * usually has a private address.
 */
export function filterMessages({ network, closed }: FilterTargets): readonly KernelMessage[] {
  const program = assemble(filterProgram(network, [...CLOSED_RANGES, ...closed]));
  const options = [
    attribute(TCA_BPF_OPS_LEN, uint16(program.length / INSTRUCTION_BYTES)),
    attribute(TCA_BPF_OPS, program),
    attribute(TCA_BPF_FLAGS, uint32(TCA_BPF_FLAG_ACT_DIRECT)),
  ];
  return [
    message(RTM_NEWQDISC, { handle: CLSACT, parent: CLSACT_PARENT, info: 0 }, [kind("clsact")]),
    message(RTM_NEWTFILTER, { handle: 1, parent: EGRESS, info: ALL_PROTOCOLS }, [
      kind("bpf"),
      attribute(TCA_OPTIONS, Buffer.concat(options)),
    ]),
  ];
}

/** linux/rtnetlink.h, linux/pkt_sched.h, linux/pkt_cls.h */
const RTM_NEWQDISC = 36;
const RTM_NEWTFILTER = 44;
/** REQUEST, ACK, EXCL, CREATE: that something is there already is an error. */
const NEW_FLAGS = 0x1 | 0x4 | 0x200 | 0x400;
const TCA_KIND = 1;
const TCA_OPTIONS = 2;
const TCA_BPF_OPS_LEN = 4;
const TCA_BPF_OPS = 5;
const TCA_BPF_FLAGS = 8;
/** What the program returns is what is done. */
const TCA_BPF_FLAG_ACT_DIRECT = 1;
const CLSACT = 0xffff0000;
const CLSACT_PARENT = 0xfffffff1;
const EGRESS = 0xfffffff3;
/** Priority 1, and ETH_P_ALL in the network's byte order. */
const ALL_PROTOCOLS = (1 << 16) | 0x0300;

interface Place {
  readonly handle: number;
  readonly parent: number;
  readonly info: number;
}

/** nlmsghdr and tcmsg, then the attributes. */
function message(type: number, { handle, parent, info }: Place, attributes: readonly Buffer[]): KernelMessage {
  const body = Buffer.concat([uint32(handle), uint32(parent), uint32(info), ...attributes]);
  const family = uint32(0);
  const length = 16 + family.length + 4 + body.length;
  const header = Buffer.concat([uint32(length), uint16(type), uint16(NEW_FLAGS), uint32(1), uint32(0)]);
  return `${header.toString("hex")}${family.toString("hex")}${DEVICE}${body.toString("hex")}`;
}

function attribute(type: number, value: Buffer): Buffer {
  const padding = Buffer.alloc(-value.length & 3);
  return Buffer.concat([uint16(4 + value.length), uint16(type), value, padding]);
}

function kind(name: string): Buffer {
  return attribute(TCA_KIND, Buffer.from(`${name}\0`));
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A step of a classic BPF program (linux/filter.h), which jumps forward only. */
interface Step {
  readonly label?: string;
  readonly code: number;
  readonly value?: number;
  /** Where a condition leads: to a label near by, or on. */
  readonly yes?: string;
  readonly no?: string;
  /** Where a jump leads, however far. */
  readonly to?: string;
}

const INSTRUCTION_BYTES = 8;

const LOAD_WORD = 0x20;
const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
/** Relative to the index register. */
const LOAD_HALF_AT_INDEX = 0x48;
/** The index register becomes the length of the IP header. */
const INDEX_HEADER = 0xb1;
const AND = 0x54;
const JUMP = 0x05;
const IF_EQUAL = 0x15;
const IF_ANY_BIT = 0x45;
const RETURN = 0x06;

/** Offsets in a frame of Ethernet that holds a packet of IPv4. */
const TYPE = 12;
const IP = 14;
const FRAGMENT = 20;
const PROTOCOL = 23;
const DESTINATION = 30;

const TC_ACT_OK = 0;
const TC_ACT_SHOT = 2;

function filterProgram(network: Cidr, closed: readonly Cidr[]): Step[] {
  return [
    { code: LOAD_HALF, value: TYPE },
    { code: IF_EQUAL, value: 0x0800, yes: "IPv4" },
    { code: IF_EQUAL, value: 0x0806, no: "neither" }, // ARP, for the way to the gateway
    { code: RETURN, value: TC_ACT_OK },
    { label: "neither", code: RETURN, value: TC_ACT_SHOT },
    { label: "IPv4", code: LOAD_WORD, value: DESTINATION },
    ...ifTo(network, "drop"),
    ...closed.flatMap((range) => ifTo(range, "closed")),
    { code: RETURN, value: TC_ACT_OK },
    { label: "closed", code: LOAD_BYTE, value: PROTOCOL },
    { code: IF_EQUAL, value: 17, yes: "port" }, // UDP
    { code: IF_EQUAL, value: 6, no: "drop" }, // TCP
    { label: "port", code: LOAD_HALF, value: FRAGMENT },
    { code: IF_ANY_BIT, value: 0x1fff, yes: "drop" }, // the second fragment of a packet has no port
    { code: INDEX_HEADER, value: IP },
    { code: LOAD_HALF_AT_INDEX, value: IP + 2 },
    { code: IF_EQUAL, value: 53, yes: "name" },
    { label: "drop", code: RETURN, value: TC_ACT_SHOT },
    { label: "name", code: RETURN, value: TC_ACT_OK },
  ];
}

function ifTo(range: Cidr, to: string): Step[] {
  const { address, mask } = readCidr(range);
  const next = `not to ${range}`;
  return [
    { code: AND, value: mask },
    { code: IF_EQUAL, value: address, no: next },
    { code: JUMP, to },
    { label: next, code: LOAD_WORD, value: DESTINATION },
  ];
}

function readCidr(range: Cidr): { readonly address: number; readonly mask: number } {
  const [address = "", length = ""] = range.split("/");
  const bits = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const mask = 2 ** 32 - 2 ** (32 - Number(length));
  return { address: Number(BigInt(bits) & BigInt(mask)), mask };
}

function assemble(steps: readonly Step[]): Buffer {
  const distance = (from: number, label?: string): number =>
    label === undefined ? 0 : steps.findIndex((step) => step.label === label) - from - 1;
  const instructions = steps.map(({ code, value = 0, yes, no, to }, at) =>
    Buffer.concat([uint16(code), Buffer.from([distance(at, yes), distance(at, no)]), uint32(value + distance(at, to))]),
  );
  return Buffer.concat(instructions);
}

import type { Job, JobFile } from "../run/plan.ts";
import type { TerminalSize } from "../run/terminal.ts";
import { cutAtDetachKeys } from "./detachKeys.ts";

/** What the boot script exits with where a terminal takes no output any more: a program can set it a line discipline that drops all. */
export const UNTOLD_STATUS = 3;

/** Before each line in which the boot script tells of the kernel that it runs on. */
export const KERNEL = "forgeai-kernel ";

/** What the boot script says in a terminal when it waits for its job. */
export const READY = "forgeai-ready";

/** How much of a job the boot script takes at a time where it comes through a terminal. */
const BLOCK_BYTES = 4096;

/**
 * A container's first process, the same for every run: it takes its job from standard input, runs the program, holds its
 * deadline and tells its end. POSIX shell, and `read -t`, which busybox and bash have; where /bin/sh lacks it, bash takes over.
 * Nothing of the job is ever evaluated: files, names and arguments are data. `read` takes exactly one line and `dd` exactly its
 * bytes, so what follows is the program's own input.
 *
 *   <mark, a word> <seconds until the deadline> [<rows> <columns>]
 *   <n> files, then for each: <mode> <size>, <path>, <size bytes>
 *   <n> words, then for each: <size>, <size bytes>
 *   <path of the artefact, or nothing>
 *
 * Process 1 gets no signal from inside that it doesn't take, not even SIGKILL or SIGSTOP, and this one takes none: so it can hold
 * the deadline, for a caller who was killed. It has no timer that could be stopped, but wakes and looks at the clock.
 * Another shell waits for the program, and reports over a pipe. It isn't started with "&", which would make the program ignore
 * SIGINT: it ends its own parent, and process 1 inherits it.
 *
 * Where it is given a second word, it first tells which kernel it runs on, on standard output, in two lines that begin with that word:
 * before it has the job, nobody else can. A third word says that its streams have to be a terminal.
 *
 * What is told stands behind the mark, which the program can't know: "started" on standard error; "missing" where the image
 * doesn't have the program; and, as the last line of both streams, how it ended with what the kernel counted.
 *
 * Where its streams are a terminal, bytes pass through that as they are, and nothing is echoed, until the job is there: it says
 * when it is ready for that. Silence on the way is its end, as a terminal has no other. The job comes in blocks, with their number in
 * eight bytes before it, and is read from a pipe: bash takes from a terminal more than a line.
 * The program gets the terminal as people know it, but without Ctrl+S, which would hold the run up; at its end it is plain again, so
 * that nothing that is typed gets into what is told.
 * Ctrl+C is for the program: process 1 ignores it, and the shell that waits survives it. Ctrl+Z does nothing, without a shell to return to.
 */
export const BOOT_SCRIPT = `
[ -z "$BASH_VERSION" ] || set +o posix # in which bash keeps silent about signals
(read -t 0 _ </dev/null) 2>/dev/null
if [ $? -gt 1 ]; then
  [ ! -x /bin/bash ] || exec /bin/bash -c 'eval "$1"' boot "$1" "$2" "$3"
  echo "its shell can't hold a deadline" >&2
  exit 125
fi
if [ -n "$2" ]; then
  for file in /proc/version /proc/cmdline; do
    kernel=
    IFS= read -r kernel <$file
    printf '%s%s\\n' "$2" "$kernel"
  done
fi
[ -z "$3" ] || [ -t 0 ] || { echo "no terminal that is one" >&2; exit 125; }
set --
terminal=
if [ -t 0 ]; then
  stty raw -echo min 0 time 255 2>/dev/null || { echo "no stty for a terminal" >&2; exit 125; }
  terminal=1
  trap '' INT
  echo ${READY}
  waited=0
  until blocks=$(dd bs=8 count=1 iflag=fullblock 2>/dev/null) && [ -n "$blocks" ]; do
    waited=$((waited + 1))
    [ $waited -lt 24 ] || exit 125 # 10 minutes
  done
  mkfifo .forgeai-job && exec 4<&0 || exit 125
  dd bs=${BLOCK_BYTES} count="$blocks" iflag=fullblock <&4 >.forgeai-job 2>/dev/null &
  exec <.forgeai-job && rm .forgeai-job || exit 125
fi
mkfifo .forgeai-end && exec 5<>.forgeai-end && rm .forgeai-end || exit 125

take() { [ "$1" = 0 ] || dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
read -r mark seconds rows columns && read -r files || exit 125
while [ "$files" -gt 0 ]; do
  read -r mode size && IFS= read -r path || exit 125
  case $path in */*) mkdir -p "./\${path%/*}" || exit 125 ;; esac
  take "$size" >>"./$path" && chmod "$mode" "./$path" || exit 125
  files=$((files - 1))
done
read -r words || exit 125
while [ "$words" -gt 0 ]; do
  read -r size || exit 125
  word=$(take "$size"; echo .)
  set -- "$@" "\${word%.}"
  words=$((words - 1))
done
IFS= read -r artefact || exit 125
[ -z "$terminal" ] || { exec <&4 4<&-; wait; }

exec 3>&2 2>/dev/null
command -v "$1" >/dev/null || { printf '%smissing\\n' "$mark" >&3; exit 127; }
look() { read -r now _ </proc/uptime; now=\${now%.*}; }
[ -z "$terminal" ] || stty sane -ixon iutf8 rows "$rows" cols "$columns" || { echo "no stty for a terminal" >&3; exit 125; }
look
end=$((now + seconds))
printf '%sstarted\\n' "$mark" >&3
( (
  trap : HUP INT QUIT TERM
  read -r self _ _ parent _ </proc/self/stat
  echo "waiter $self" >&5
  [ "$parent" = $$ ] || kill -KILL "$parent"
  exec 2>&5
  if [ -n "$artefact" ]; then
    (exec "$@" >&3 2>&3 3>&- 5>&- </dev/null) && cat "./$artefact" 2>&3
  else
    (exec "$@" 2>&3 3>&- 5>&-)
  fi
  echo "status $?" >&5
); : )

waiter= status= how=exited gone=
while :; do
  if read -t 0.2 -r -n 1 first <&5; then # a read that times out in the middle of a line loses its beginning
    read -r what value <&5
    what=$first$what
    case $what in
      waiter) waiter=$value ;;
      status) status=$value; break ;;
      *) how=killed ;; # the shell's own words about a signal, which exit statuses don't tell
    esac
    continue
  fi
  jobs >/dev/null # reaps what the program left behind
  [ -z "$gone" ] || { how=lost; break; }
  [ -z "$waiter" ] || kill -0 "$waiter" || gone=1
  look
  [ "$now" -lt "$end" ] || { how=deadline; break; }
done
[ $$ != 1 ] || kill -KILL -1
# About these the shell keeps silent: a status of 128 + n may be a signal's or the program's own.
[ $how != exited ] || case $status in 130 | 141) how=unsure ;; 143) [ -z "$BASH_VERSION" ] || how=unsure ;; esac

figure() {
  name=$1
  shift
  for file; do
    while read -r key value; do
      [ -n "$name" ] || { value=$key; return; }
      [ "$key" != "$name" ] || return
    done <"/sys/fs/cgroup/$file"
  done
  value=
}
figure "" memory.peak memory/memory.max_usage_in_bytes; peak=$value
figure usage_usec cpu.stat; cpu=$value
figure "" cpuacct/cpuacct.usage cpu,cpuacct/cpuacct.usage; [ -n "$cpu" ] || cpu=\${value:+\${value%???}}
figure oom_kill memory.events memory/memory.oom_control; oom=$value
figure max pids.events pids/pids.events; refused=$value
full=
if [ $$ = 1 ] && [ "$status" != 0 ] && [ "\${oom:-0}" = 0 ]; then
  for folder in /tmp "$PWD"; do
    if printf '' >"$folder/.forgeai-room"; then printf %4096s >>"$folder/.forgeai-room" || full=$folder; fi
  done
fi
told="$mark"ended
[ -z "$status" ] || told="$told status=$status"
told="$told how=$how peak=$peak cpu=$cpu oom=$oom refused=$refused full=$full"
if [ -n "$terminal" ]; then
  trap 'printf "%s\\n" "$told" && exit 0; exit ${UNTOLD_STATUS}' EXIT # a shell that can't fork ends
  trap '' TTOU # the program may have left the terminal to others
  # What was ended counts as a process until it is reaped.
  waited=0
  while set -- /proc/[0-9]*; [ $$ = 1 ] && [ $# -gt 1 ] && [ $waited -lt 99 ]; do
    waited=$((waited + 1))
    read -t 0.01 -r _ <&5
    jobs >/dev/null
  done
  stty raw -echo
  exit 0
fi
printf '%s\\n' "$told"
printf '%s\\n' "$told" >&3
exit 0
`;

/** How much later than its caller a container ends a program by itself, in milliseconds: it does so only where the caller is gone. */
const SLACK_MS = 2500;

/** The time after which a container ends its program by itself, in whole seconds from the program's start. */
export function insideSeconds(timeoutMs: number): number {
  return Math.ceil((timeoutMs + SLACK_MS) / 1000);
}

/** What a boot script is given beside the job. */
export interface BootOrders {
  /** Stands before all that the script tells. */
  readonly mark: string;
  /** When the script ends the program by itself, in whole seconds from its start. */
  readonly deadlineSeconds: number;
  /** How large the program finds its terminal, where it has one. */
  readonly terminal?: TerminalSize | undefined;
}

/**
 * The job as the boot script reads it. What the program reads from standard input follows it.
 * A file whose path has come before goes on: a terminal gets files in pieces, for the sake of the engine's detach keys.
 */
export function encodeJob({ files, command, artefact = "" }: Omit<Job, "stdin">, orders: BootOrders): Buffer {
  const { mark, deadlineSeconds, terminal } = orders;
  const size = terminal === undefined ? "" : ` ${terminal.rows} ${terminal.columns}`;
  const pieces = terminal === undefined ? files : files.flatMap(cutAtDetachKeys);
  const parts = [
    line(`${mark} ${deadlineSeconds}${size}`),
    line(pieces.length),
    ...pieces.flatMap(encodeFile),
    line(command.length),
    ...command.flatMap((word) => [line(Buffer.byteLength(word)), Buffer.from(word)]),
    line(artefact),
  ];
  return Buffer.concat(terminal === undefined ? parts : inBlocks(parts));
}

/** Fills the last block up. */
function inBlocks(parts: readonly Uint8Array[]): Uint8Array[] {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const blocks = Math.ceil(bytes / BLOCK_BYTES);
  return [line(String(blocks).padStart(7, "0")), ...parts, Buffer.alloc(blocks * BLOCK_BYTES - bytes)];
}

function encodeFile({ path, content, executable = false }: JobFile): Uint8Array[] {
  return [line(`${executable ? "0700" : "0600"} ${content.length}`), line(path), content];
}

function line(text: string | number): Buffer {
  return Buffer.from(`${text}\n`);
}

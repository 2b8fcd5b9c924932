import type { Job, JobFile } from "../run/plan.ts";

/** Where a program's files lie inside a container, and its working folder. */
export const WORK_FOLDER = "/code";

/**
 * What a container does first, the same for every run: it takes its job from standard input, runs the program and tells
 * its end. It tells it on both of the program's streams, as their last bytes: the engine takes 50 ms and more to see that a
 * container has ended.
 * Plain POSIX shell with `dd`, the least that all images have. `read` takes exactly one line and `dd` exactly its bytes,
 * so what follows is the program's own input. Nothing of the job is ever evaluated: files, names and arguments are data.
 *
 *   end mark <or nothing>
 *   files <n>, then for each: <mode> <size>, <path>, <size bytes>
 *   words <n>, then for each: <size>, <size bytes>
 *   artefact <path or nothing>
 */
export const BOOT_SCRIPT = `
take() { [ "$1" = 0 ] || dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
read -r mark && read -r files || exit 125
while [ "$files" -gt 0 ]; do
  read -r mode size && IFS= read -r path || exit 125
  case $path in */*) mkdir -p "./\${path%/*}" || exit 125 ;; esac
  take "$size" >"./$path" && chmod "$mode" "./$path" || exit 125
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
unset -f take
trap : HUP INT TERM
exec 3>&2 2>/dev/null
if [ -n "$artefact" ]; then
  (exec "$@" >&3 2>&3 3>&- </dev/null) && cat "./$artefact" 2>&3
else
  (exec "$@" 2>&3 3>&-)
fi
status=$?
[ -z "$mark" ] || { printf '%s%03d' "$mark" "$status"; printf '%s%03d' "$mark" "$status" >&3; }
exit "$status"
`;

/** The job as the boot script reads it. What the program reads from standard input follows it. */
export function encodeJob({ files, command, artefact = "" }: Omit<Job, "stdin">, endMark = ""): Buffer {
  return Buffer.concat([
    line(endMark),
    line(files.length),
    ...files.flatMap(encodeFile),
    line(command.length),
    ...command.flatMap((word) => [line(Buffer.byteLength(word)), Buffer.from(word)]),
    line(artefact),
  ]);
}

function encodeFile({ path, content, executable = false }: JobFile): Uint8Array[] {
  return [line(`${executable ? "0700" : "0600"} ${content.length}`), line(path), content];
}

function line(text: string | number): Buffer {
  return Buffer.from(`${text}\n`);
}

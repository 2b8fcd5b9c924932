// One set-up at a time on a machine: two would install the same packages and start two engines.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, markProcess } from "./processes.mjs";
import { createStateFolder, inStateFolder } from "./state.mjs";

const lockFolder = inStateFolder("lock");
const ownerFile = inStateFolder("lock", "owner.json");

/**
 * Does the work while no other set-up of this user runs on the machine.
 * @template Result
 * @param {() => Promise<Result>} work
 */
export async function withLock(work) {
  createStateFolder();
  await takeLock();
  try {
    return await work();
  } finally {
    // A set-up that is killed leaves it behind; the next one sees that its owner is gone.
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

async function takeLock() {
  for (let waiting = false; !tryToTakeLock(); ) {
    if (isStale()) {
      rmSync(lockFolder, { recursive: true, force: true });
      continue;
    }
    if (!waiting) console.log("Another set-up is running on this machine; waiting for it to end.");
    waiting = true;
    await sleep(500);
  }
}

function tryToTakeLock() {
  try {
    // Making a folder succeeds for exactly one of those who try.
    mkdirSync(lockFolder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(ownerFile, JSON.stringify(markProcess(process.pid)));
  return true;
}

function isStale() {
  try {
    return !isRunning(JSON.parse(readFileSync(ownerFile, "utf8")));
  } catch {
    return isOlderThanAMoment();
  }
}

/** A lock without an owner is either being taken right now or was left by a set-up that died just then. */
function isOlderThanAMoment() {
  try {
    return Date.now() - statSync(lockFolder).mtimeMs > 10_000;
  } catch {
    return false;
  }
}

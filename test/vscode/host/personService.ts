import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import * as v from "valibot";
import { isSkill, SKILLS } from "./person/skills.ts";
import { personSocket, type Request, WINDOWS, type WindowName } from "./personRequest.ts";
import type { Page } from "./playwright.ts";

const Request = v.object({
  window: v.picklist(WINDOWS),
  skill: v.custom<Request["skill"]>(isSkill),
  texts: v.array(v.string()),
}) satisfies v.GenericSchema<unknown, Request>;

type Answer = { readonly value: unknown } | { readonly error: string };

/** Finds a window, or opens it. */
export type FindWindow = (name: WindowName) => Promise<Page>;

export interface PersonService extends Disposable {
  /** Requests wait until there are windows. */
  introduce(findWindow: FindWindow): void;
}

/** In the adapter: does in the windows what the tests ask for, one thing after the other. */
export async function servePerson(folder: string): Promise<PersonService> {
  let introduce: (findWindow: FindWindow) => void = () => {};
  const introduced = new Promise<FindWindow>((resolve) => {
    introduce = resolve;
  });
  const server = createServer((socket) => void answerAll(socket, introduced)).listen(personSocket(folder));
  await once(server, "listening");
  return {
    introduce,
    [Symbol.dispose]() {
      server.close();
    },
  };
}

async function answerAll(socket: Socket, introduced: Promise<FindWindow>): Promise<void> {
  socket.on("error", () => {
    // A connection that breaks is one that ended.
  });
  for await (const line of createInterface(socket)) {
    const answer = await answerTo(v.parse(Request, JSON.parse(line)), await introduced);
    socket.write(`${JSON.stringify(answer)}\n`);
  }
}

async function answerTo({ window, skill, texts }: Request, findWindow: FindWindow): Promise<Answer> {
  try {
    const value: unknown = await Reflect.apply(SKILLS[skill], undefined, [await findWindow(window), ...texts]);
    return { value: value ?? null };
  } catch (error) {
    return { error: String(error) };
  }
}

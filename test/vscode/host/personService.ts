import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as v from "valibot";
import type { Person } from "./person.ts";

/** Where tests in the extension host ask for what only somebody at the window can do. One line of JSON a request, and one an answer. */
export function personSocket(folder: string): string {
  return join(folder, "person.sock");
}

/** What can be asked for. All arguments are texts. */
const SKILLS = {
  readNotifications: (person: Person, expected: string) => person.readNotifications(expected),
  answerNotification: (person: Person, expected: string, button: string) => person.answerNotification(expected, button),
  readSettings: (person: Person, expected: string) => person.readSettings(expected),
  readTerminal: (person: Person, expected: string) => person.readTerminal(expected),
  readQuestion: (person: Person, expected: string) => person.readQuestion(expected),
  readOutput: (person: Person, expected: string) => person.readOutput(expected),
  press: (person: Person, keys: string) => person.press(keys),
} as const;

export type Skill = keyof typeof SKILLS;

const Request = v.object({
  skill: v.custom<Skill>((name) => typeof name === "string" && Object.hasOwn(SKILLS, name)),
  texts: v.array(v.string()),
});

export type Request = v.InferOutput<typeof Request>;

type Answer = { readonly value: unknown } | { readonly error: string };

export interface PersonService extends Disposable {
  /** Requests wait until there is a person. */
  introduce(person: Person): void;
}

/** In the adapter: does in the window what the tests ask for, one thing after the other. */
export async function servePerson(folder: string): Promise<PersonService> {
  let introduce: (person: Person) => void = () => {};
  const person = new Promise<Person>((resolve) => {
    introduce = resolve;
  });
  const server = createServer((socket) => void answerAll(socket, person)).listen(personSocket(folder));
  await once(server, "listening");
  return {
    introduce,
    [Symbol.dispose]() {
      server.close();
    },
  };
}

async function answerAll(socket: Socket, person: Promise<Person>): Promise<void> {
  socket.on("error", () => {
    // A connection that breaks is one that ended.
  });
  for await (const line of createInterface(socket)) {
    const answer = await answerTo(v.parse(Request, JSON.parse(line)), await person);
    socket.write(`${JSON.stringify(answer)}\n`);
  }
}

async function answerTo({ skill, texts }: Request, person: Person): Promise<Answer> {
  const [first = "", second = ""] = texts;
  try {
    return { value: (await SKILLS[skill](person, first, second)) ?? null };
  } catch (error) {
    return { error: String(error) };
  }
}

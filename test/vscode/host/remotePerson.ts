import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { createInterface } from "node:readline";
import * as v from "valibot";
import type { Notification, ShownSettings } from "./person.ts";
import { personSocket, type Request, type Skill } from "./personService.ts";

const Answer = v.union([v.object({ value: v.unknown() }), v.object({ error: v.string() })]);

const Notifications = v.array(
  v.object({ message: v.string(), source: v.string(), buttons: v.array(v.string()), links: v.number() }),
) satisfies v.GenericSchema<unknown, Notification[]>;

const Settings = v.object({ whose: v.string(), names: v.array(v.string()) }) satisfies v.GenericSchema<
  unknown,
  ShownSettings
>;

/** In the extension host: the person at the window that this host belongs to. */
export class RemotePerson {
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#answers = createInterface(socket)[Symbol.asyncIterator]();
  }

  /** Undefined in a desktop VS Code, where nobody but the tests' runner holds the window. */
  static async find(env: NodeJS.ProcessEnv = process.env): Promise<RemotePerson | undefined> {
    const folder = env["FORGEAI_VSCODE_OUTPUT"];
    if (folder === undefined) return undefined;
    const socket = createConnection(personSocket(folder));
    await once(socket, "connect");
    return new RemotePerson(socket);
  }

  async readNotifications(expected: string): Promise<Notification[]> {
    return v.parse(Notifications, await this.#ask("readNotifications", expected));
  }

  async answerNotification(expected: string, button: string): Promise<void> {
    await this.#ask("answerNotification", expected, button);
  }

  async readSettings(expected: string): Promise<ShownSettings> {
    return v.parse(Settings, await this.#ask("readSettings", expected));
  }

  async readTerminal(expected: string): Promise<string> {
    return v.parse(v.string(), await this.#ask("readTerminal", expected));
  }

  async readQuestion(expected: string): Promise<string> {
    return v.parse(v.string(), await this.#ask("readQuestion", expected));
  }

  async readOutput(expected: string): Promise<string> {
    return v.parse(v.string(), await this.#ask("readOutput", expected));
  }

  async press(keys: string): Promise<void> {
    await this.#ask("press", keys);
  }

  /** One thing after the other: answers come in order, and a test that ran out of time may have left one open. */
  async #ask(skill: Skill, ...texts: string[]): Promise<unknown> {
    const answer = this.#last.then(() => this.#exchange({ skill, texts }));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #exchange(request: Request): Promise<unknown> {
    this.#socket.write(`${JSON.stringify(request)}\n`);
    const { value: line, done } = await this.#answers.next();
    if (done) throw new Error("the window has gone");
    const answer = v.parse(Answer, JSON.parse(line));
    if ("error" in answer) throw new Error(`${request.skill}: ${answer.error}`);
    return answer.value;
  }
}

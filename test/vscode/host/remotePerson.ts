import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { createInterface } from "node:readline";
import * as v from "valibot";
import type { Skill, Skills } from "./person/skills.ts";
import { personSocket, type Request, type WindowName } from "./personRequest.ts";

/** What a skill is asked for with, and what it answers. */
type Arguments<S extends Skill> = Skills[S] extends (page: never, ...texts: infer Given extends string[]) => unknown
  ? Given
  : never;
type Result<S extends Skill> = Awaited<ReturnType<Skills[S]>>;

const Nothing = v.pipe(
  v.null(),
  v.transform(() => undefined),
);
const Text = v.string();
const Texts = v.array(Text);
const Notifications = v.array(v.object({ message: Text, source: Text, buttons: Texts, links: v.number() }));
const Settings = v.object({ whose: Text, names: Texts });
const Part = v.picklist(["question", "output", "terminal", "problems", "explorer", "editor", "elsewhere"]);

/** In the extension host: the person at the window that this host belongs to. What each skill does is told in `person/`. */
export class RemotePerson {
  readonly answerNotification = this.#skill("answerNotification", Nothing);
  readonly choose = this.#skill("choose", Nothing);
  readonly chooseInMenu = this.#skill("chooseInMenu", Nothing);
  readonly clickCodeLens = this.#skill("clickCodeLens", Nothing);
  readonly clickEditorAction = this.#skill("clickEditorAction", Nothing);
  readonly clickInEditor = this.#skill("clickInEditor", Nothing);
  readonly clickOutputLink = this.#skill("clickOutputLink", Nothing);
  readonly clickProblem = this.#skill("clickProblem", Nothing);
  readonly clickStatusBarItem = this.#skill("clickStatusBarItem", Nothing);
  readonly closeTerminal = this.#skill("closeTerminal", Nothing);
  readonly isAnswering = this.#skill("isAnswering", v.boolean());
  readonly openEditorMenu = this.#skill("openEditorMenu", Nothing);
  readonly openExplorerMenu = this.#skill("openExplorerMenu", Nothing);
  readonly openFile = this.#skill("openFile", Nothing);
  readonly openRunMenu = this.#skill("openRunMenu", Nothing);
  readonly openWalkthrough = this.#skill("openWalkthrough", Nothing);
  readonly paste = this.#skill("paste", Nothing);
  readonly press = this.#skill("press", Nothing);
  readonly pressWalkthroughButton = this.#skill("pressWalkthroughButton", Nothing);
  readonly readChoice = this.#skill("readChoice", Text);
  readonly readCodeLenses = this.#skill("readCodeLenses", Texts);
  readonly readErrorAtMouse = this.#skill("readErrorAtMouse", Text);
  readonly readFocus = this.#skill("readFocus", Part);
  readonly readMenu = this.#skill("readMenu", Texts);
  readonly readNotifications = this.#skill("readNotifications", Notifications);
  readonly readOutput = this.#skill("readOutput", Text);
  readonly readProblems = this.#skill("readProblems", Texts);
  readonly readQuestion = this.#skill("readQuestion", Text);
  readonly readQuickPick = this.#skill("readQuickPick", Texts);
  readonly readSettings = this.#skill("readSettings", Settings);
  readonly readStatusBar = this.#skill("readStatusBar", Texts);
  readonly readTerminal = this.#skill("readTerminal", Text);
  readonly readWalkthrough = this.#skill("readWalkthrough", Texts);
  readonly runCommand = this.#skill("runCommand", Nothing);
  readonly screenshot = this.#skill("screenshot", Nothing);
  readonly trustWorkspace = this.#skill("trustWorkspace", Nothing);
  readonly type = this.#skill("type", Nothing);
  readonly typeInTerminal = this.#skill("typeInTerminal", Nothing);

  readonly #line: Line;
  readonly #window: WindowName;

  private constructor(line: Line, window: WindowName) {
    this.#line = line;
    this.#window = window;
  }

  /** Undefined in a desktop VS Code, where nobody but the tests' runner holds the window. */
  static async find(env: NodeJS.ProcessEnv = process.env): Promise<RemotePerson | undefined> {
    const folder = env["FORGEAI_VSCODE_OUTPUT"];
    return folder === undefined ? undefined : new RemotePerson(await Line.open(folder), "first");
  }

  /** The same person at another window of the same folder: it is opened when something is done there first. */
  inSecondWindow(): RemotePerson {
    return new RemotePerson(this.#line, "second");
  }

  #skill<S extends Skill, Value extends Result<S>>(
    skill: S,
    answer: v.GenericSchema<unknown, Value>,
  ): (...texts: Arguments<S>) => Promise<Value> {
    return async (...texts) => v.parse(answer, await this.#line.ask({ window: this.#window, skill, texts }));
  }
}

const Answer = v.union([v.object({ value: v.unknown() }), v.object({ error: v.string() })]);

/** The way to the adapter, in which somebody holds the windows. */
class Line {
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#answers = createInterface(socket)[Symbol.asyncIterator]();
  }

  static async open(folder: string): Promise<Line> {
    const socket = createConnection(personSocket(folder));
    await once(socket, "connect");
    return new Line(socket);
  }

  /** One thing after the other: answers come in order, and a test that ran out of time may have left one open. */
  async ask(request: Request): Promise<unknown> {
    const answer = this.#last.then(() => this.#exchange(request));
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

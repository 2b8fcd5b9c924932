/** Where a terminal would be in a stream: in text, or in a sequence that is a command to it (ECMA-48). */
type State = "text" | "return" | "escape" | "intermediates" | "parameters" | "string" | "string-escape";

interface Rule {
  /** The characters that don't go through as they are. */
  readonly controls: RegExp;
  /** The sequences that do: no command strings, which are never among them. */
  readonly passes: RegExp;
  /** Whether colours are taken back at the end, so that what others write isn't in them. */
  readonly endsPlain: boolean;
}

const NONE = /(?!)/;
const COLOURS = /^\x1B\[[\d;:]*m$/;
const COLOURS_AND_ERASED_LINES = /^\x1B\[(?:[\d;:]*m|[0-2]?K)$/;
const ANY = /^/;

/**
 * What goes through to where it is shown. Nowhere: command strings (titles, the clipboard, links), the one-character
 * forms of sequences (U+0080 to U+009F), and marks that turn the direction of what follows them.
 */
const RULES = {
  /** A text: tabs and line feeds. */
  text: {
    controls: /[\0-\x08\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/g,
    passes: NONE,
    endsPlain: false,
  },
  /** Lines in somebody's terminal, among those of others: also colours, and what writes the last line anew. */
  lines: {
    controls: /[\0-\x07\x0B\x0C\x0E-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/g,
    passes: COLOURS_AND_ERASED_LINES,
    endsPlain: true,
  },
  /** A terminal of the program's own, which is the only one to read what that answers. */
  screen: {
    controls: /[\0-\x06\x10-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069]/g,
    passes: ANY,
    endsPlain: false,
  },
} as const satisfies Record<string, Rule>;

/** What a command string ends at: BEL, CAN, SUB, ESC, the one-character ST, or the end of a line. */
const STRING_END = /[\x07\n\r\x18\x1A\x1B\x9C]/g;

/** What follows the intermediates of a short sequence, and the parameters of a control sequence. */
const AFTER_INTERMEDIATES = /[^ -/]/g;
const AFTER_PARAMETERS = /[^ -?]/g;

const ESCAPE = "\x1B";
const PLAIN = "\x1B[0m";
const IS_PLAIN = /^\x1B\[0*m$/;

/** In UTF-16 units. The longest in use sets two colours by their parts, in less than 50. */
const MOST_SEQUENCE_UNITS = 64;

/**
 * Takes out of a stream of text what a terminal isn't to take as a command, and makes other control characters visible.
 * A sequence may be split over pieces. The end of a line ends a sequence that has none of its own, so that none hides
 * what follows. Linear, and of a sequence without an end no more is kept than would go through.
 */
export class TerminalFilter {
  readonly #rule: Rule;
  #state: State = "text";
  #sequence = "";
  #isPlain = true;

  /** @param where it is shown: in a text, among lines in a terminal, or in a terminal of the program's own */
  constructor(where: keyof typeof RULES) {
    this.#rule = RULES[where];
  }

  /** The next piece of the stream. In a text, ends of lines come out as line feeds. */
  filter(piece: string): string {
    const shown: string[] = [];
    let position = 0;
    while (position < piece.length) position = this.#step(piece, position, shown);
    return shown.join("");
  }

  /** What is left where the stream ended in the middle. Begins anew. */
  end(): string {
    const line = this.#state === "return" ? "\n" : "";
    const plain = this.#isPlain || !this.#rule.endsPlain ? "" : PLAIN;
    this.#state = "text";
    this.#isPlain = true;
    return line + plain;
  }

  /** Takes at least one character, or leaves the sequence that it was in, and tells where to go on. */
  #step(piece: string, position: number, shown: string[]): number {
    switch (this.#state) {
      case "text":
        return this.#text(piece, position, shown);
      case "return":
        return this.#afterReturn(piece, position, shown);
      case "escape":
        return this.#afterEscape(piece, position, shown);
      case "intermediates":
        return this.#inSequence(piece, position, shown, AFTER_INTERMEDIATES, /[0-~]/);
      case "parameters":
        return this.#inSequence(piece, position, shown, AFTER_PARAMETERS, /[@-~]/);
      case "string":
        return this.#string(piece, position);
      case "string-escape":
        // The two-character ST; anything else begins a sequence of its own.
        this.#state = piece[position] === "\\" ? "text" : "escape";
        return this.#state === "text" ? position + 1 : position;
    }
  }

  #text(piece: string, position: number, shown: string[]): number {
    const control = find(this.#rule.controls, piece, position);
    if (control > position) shown.push(piece.slice(position, control));
    if (control === piece.length) return control;
    const character = piece[control] ?? "";
    if (character === "\r") this.#state = "return";
    else if (character === ESCAPE) this.#begin();
    else shown.push(visible(character));
    return control + 1;
  }

  #begin(): void {
    this.#state = "escape";
    this.#sequence = ESCAPE;
  }

  /** A carriage return by itself is an end of a line for VS Code, too; programs draw their progress with it. */
  #afterReturn(piece: string, position: number, shown: string[]): number {
    const next = piece[position];
    if (next === "\r") return position + 1;
    this.#state = "text";
    shown.push("\n");
    return next === "\n" ? position + 1 : position;
  }

  #afterEscape(piece: string, position: number, shown: string[]): number {
    const next = piece[position] ?? "";
    this.#state = stateAfterEscape(next);
    this.#sequence += next;
    if (this.#state !== "text") return position + 1;
    if (/[0-~]/.test(next)) {
      this.#pass(shown);
      return position + 1;
    }
    shown.push(visible(ESCAPE));
    return position;
  }

  #inSequence(piece: string, position: number, shown: string[], after: RegExp, final: RegExp): number {
    const end = find(after, piece, position);
    this.#sequence = (this.#sequence + piece.slice(position, end + 1)).slice(0, MOST_SEQUENCE_UNITS + 1);
    if (end === piece.length) return end;
    this.#state = "text";
    if (!final.test(piece[end] ?? "")) return end;
    this.#pass(shown);
    return end + 1;
  }

  #pass(shown: string[]): void {
    if (this.#sequence.length > MOST_SEQUENCE_UNITS || !this.#rule.passes.test(this.#sequence)) return;
    shown.push(this.#sequence);
    if (COLOURS.test(this.#sequence)) this.#isPlain = IS_PLAIN.test(this.#sequence);
  }

  #string(piece: string, position: number): number {
    const end = find(STRING_END, piece, position);
    if (end === piece.length) return end;
    if (piece[end] !== ESCAPE) this.#state = "text";
    else {
      this.#begin();
      this.#state = "string-escape";
    }
    return /[\n\r]/.test(piece[end] ?? "") ? end : end + 1;
  }
}

function stateAfterEscape(next: string): State {
  if (next === "[") return "parameters";
  if (/[\]PX^_]/.test(next)) return "string";
  return /[ -/]/.test(next) ? "intermediates" : "text";
}

function find(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

/** The picture that Unicode has of a control character: ␀, ␛, ␡; and the number of one that has none. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : `\\u{${code.toString(16)}}`;
}

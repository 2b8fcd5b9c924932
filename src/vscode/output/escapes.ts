/** Where a terminal would be in a stream: in text, or in a sequence that is a command to it (ECMA-48). */
type State = "text" | "return" | "escape" | "intermediates" | "parameters" | "string" | "string-escape";

/** All of the two blocks of control characters but tab and line feed. */
const CONTROL = /[\0-\x08\x0B-\x1F\x7F]/g;

/** What a command string ends at: BEL, CAN, SUB, ESC, the one-character ST, or the end of a line. */
const STRING_END = /[\x07\n\r\x18\x1A\x1B\x9C]/g;

/** What follows the intermediates of a short sequence, and the parameters of a control sequence. */
const AFTER_INTERMEDIATES = /[^ -/]/g;
const AFTER_PARAMETERS = /[^ -?]/g;

const ESCAPE = 0x1b;
const DELETE = 0x7f;

/**
 * Takes out of a stream of text what a terminal takes as commands (colours, titles, moves of the cursor) and makes other
 * control characters visible. A sequence may be split over pieces. The end of a line ends a sequence that has none of its
 * own, so that none hides what follows. Linear, whatever the text.
 */
export class EscapeStripper {
  #state: State = "text";

  /** The next piece of the stream, without sequences. Ends of lines come out as line feeds. */
  strip(piece: string): string {
    const shown: string[] = [];
    let position = 0;
    while (position < piece.length) position = this.#step(piece, position, shown);
    return shown.join("");
  }

  /** What is left where the stream ended in the middle. */
  end(): string {
    const isLine = this.#state === "return";
    this.#state = "text";
    return isLine ? "\n" : "";
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
        return this.#sequence(piece, find(AFTER_INTERMEDIATES, piece, position), /[0-~]/);
      case "parameters":
        return this.#sequence(piece, find(AFTER_PARAMETERS, piece, position), /[@-~]/);
      case "string":
        return this.#string(piece, position);
      case "string-escape":
        // The two-character ST; anything else begins a sequence of its own.
        this.#state = piece[position] === "\\" ? "text" : "escape";
        return this.#state === "text" ? position + 1 : position;
    }
  }

  #text(piece: string, position: number, shown: string[]): number {
    const control = find(CONTROL, piece, position);
    if (control > position) shown.push(piece.slice(position, control));
    if (control === piece.length) return control;
    const code = piece.charCodeAt(control);
    if (code === 0x0d) this.#state = "return";
    else if (code === ESCAPE) this.#state = "escape";
    else shown.push(visible(code));
    return control + 1;
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
    if (this.#state !== "text" || /[0-~]/.test(next)) return position + 1;
    shown.push(visible(ESCAPE));
    return position;
  }

  #sequence(piece: string, end: number, final: RegExp): number {
    if (end === piece.length) return end;
    this.#state = "text";
    return final.test(piece[end] ?? "") ? end + 1 : end;
  }

  #string(piece: string, position: number): number {
    const end = find(STRING_END, piece, position);
    if (end === piece.length) return end;
    this.#state = piece.charCodeAt(end) === ESCAPE ? "string-escape" : "text";
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

/** The picture that Unicode has of a control character: ␀, ␛, ␡. */
function visible(code: number): string {
  return code === DELETE ? "\u2421" : String.fromCharCode(0x2400 + code);
}

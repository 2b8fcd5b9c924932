// Stands in for @vscode/spdlog, the one native part of VS Code's server that would have to be compiled: appends to a
// file at once and never rotates it. VS Code's output channels are such files.
import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";

const levels = /** @type {const} */ (["trace", "debug", "info", "warning", "error", "critical", "off"]);

export class Logger {
  #level = 2;
  #withPrefix = true;
  /** @type {string | undefined} */
  #file;

  /** @param {string} _kind @param {string} _name @param {string} file */
  constructor(_kind, _name, file) {
    this.#file = file;
    if (file) mkdirSync(path.dirname(file), { recursive: true });
  }

  /** @param {number} level @param {string} message */
  #append(level, message) {
    if (level < this.#level || !this.#file) return;
    const prefix = `${new Date().toISOString().replace("T", " ").slice(0, 23)} [${levels[level]}] `;
    try {
      appendFileSync(this.#file, this.#withPrefix ? `${prefix}${message}\n` : message);
    } catch {
      // The folder of a run that is over may be gone; a log must not bring the host down.
    }
  }

  /** @param {string} message */
  trace = (message) => this.#append(0, message);
  /** @param {string} message */
  debug = (message) => this.#append(1, message);
  /** @param {string} message */
  info = (message) => this.#append(2, message);
  /** @param {string} message */
  warn = (message) => this.#append(3, message);
  /** @param {string} message */
  error = (message) => this.#append(4, message);
  /** @param {string} message */
  critical = (message) => this.#append(5, message);

  getLevel = () => this.#level;
  /** @param {number} level */
  setLevel = (level) => {
    this.#level = level;
  };
  setPattern = () => {
    this.#withPrefix = true;
  };
  clearFormatters = () => {
    this.#withPrefix = false;
  };
  flush = () => {};
  drop = () => {
    this.#file = undefined;
  };
}

/** @param {string} kind @returns {(name: string, file: string) => Promise<Logger>} */
const createLogger = (kind) => async (name, file) => new Logger(kind, name, file);

export const version = 11100;
export const LogLevel = { Trace: 0, Debug: 1, Info: 2, Warning: 3, Error: 4, Critical: 5, Off: 6 };
export const setLevel = () => {};
export const setFlushOn = () => {};
export const createRotatingLogger = createLogger("rotating");
export const createAsyncRotatingLogger = createLogger("rotating_async");

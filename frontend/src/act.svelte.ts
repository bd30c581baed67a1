/** One act of a form: busy while it runs, and what went wrong, in words for each field and for the whole. */

import { command, newNonce, Offline, Problem, type Answer } from "./api";
import { t } from "./strings";

export interface Trouble {
  title: string;
  detail: string;
}

interface Refusal {
  param?: string;
  message?: string;
}

/** A 4xx answer of the sign-in service as a Problem with words for each field. */
export function refusal(answer: Answer): Problem {
  if (typeof answer.body.type === "string") return new Problem(answer.body, answer.status);
  const errors = Array.isArray(answer.body.errors) ? (answer.body.errors as Refusal[]) : [];
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { param, message } of errors) {
    if (!message) continue;
    if (param && param in fields) fields[param] += ` ${message}`;
    else if (param) fields[param] = message;
    else rest.push(message);
  }
  const detail = rest.join(" ") || t.forms.lookAgainDetail;
  return new Problem({ type: "invalid", title: t.forms.lookAgain, detail, fields, status: 422 }, 422);
}

/** Any failure of an act in words. What was typed is still there, and the words say so. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Offline) return { title: t.forms.offline, detail: t.forms.offlineDetail };
  if (error instanceof Problem) return { title: error.title, detail: error.detail };
  return { title: t.errors.title, detail: t.errors.detail };
}

export class Act {
  busy = $state(false);
  /** Words for fields, by their names. */
  errors = $state.raw<Readonly<Record<string, string>>>({});
  trouble = $state.raw<Trouble | null>(null);

  readonly #names: ReadonlySet<string>;
  #unsure: { key: string; nonce: string } | null = null;

  /** `names` are the fields that can show their own error; others' errors stand at the top. */
  constructor(...names: string[]) {
    this.#names = new Set(names);
  }

  /** Notes what is missing before anything is sent; true when nothing is. Empty words mean that a field is fine. */
  check(words: Readonly<Record<string, string>>): boolean {
    this.trouble = null;
    this.errors = Object.fromEntries(Object.entries(words).filter(([, sentence]) => sentence));
    return Object.keys(this.errors).length === 0;
  }

  /** Runs `work` unless it is running; false, with the words in place, when it failed. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.clear();
    try {
      await work();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Does one act of the product. After an unsure end the same data goes out under the same nonce, so it happens once. */
  async command<T = Record<string, unknown>>(name: string, data: Record<string, unknown>): Promise<T> {
    const key = JSON.stringify([name, data]);
    const nonce = this.#unsure?.key === key ? this.#unsure.nonce : newNonce();
    this.#unsure = { key, nonce };
    try {
      const answer = await command<T>(name, data, nonce);
      this.#unsure = null;
      return answer;
    } catch (error) {
      if (error instanceof Problem && !error.temporary) this.#unsure = null;
      throw error;
    }
  }

  /** Puts a failure into words at its fields, or at the top. */
  fail(error: unknown): void {
    const given = error instanceof Problem ? Object.entries(error.fields) : [];
    this.errors = Object.fromEntries(given.filter(([name]) => this.#names.has(name)));
    const others = given.filter(([name]) => !this.#names.has(name)).map(([, words]) => words);
    const words = troubleOf(error);
    if (others.length > 0) this.trouble = { title: words.title, detail: others.join(" ") };
    else this.trouble = given.length > 0 ? null : words;
  }

  clear(): void {
    this.errors = {};
    this.trouble = null;
  }
}

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What is wrong with an address as typed, in words; empty when it may be one. */
export function emailTrouble(text: string): string {
  if (!text.trim()) return t.forms.needEmail;
  return ADDRESS.test(text.trim()) ? "" : t.forms.wrongEmail;
}

const PASSWORD_CHARACTERS = 10;

/** What is wrong with a new password as typed, in words; the server knows more. */
export function passwordTrouble(text: string): string {
  return text.length < PASSWORD_CHARACTERS ? t.password.short : "";
}

import type { CaseValue, CaseValues } from "./case-inputs.ts";

/** Inputs or params of a case by name; what is asked for in a form that it does not have is told. */
export class Inputs {
  readonly #values: CaseValues;

  constructor(values: CaseValues) {
    this.#values = values;
  }

  /** As it stands in the case. */
  value(name: string): CaseValue | undefined {
    return this.#values[name];
  }

  /** A list as it stands in the case. */
  list(name: string): readonly CaseValue[] {
    const value = this.#values[name];
    if (!Array.isArray(value)) throw new Error(`${name} is no list`);
    return value as readonly CaseValue[];
  }

  object(name: string): CaseValues {
    const value = this.#values[name];
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${name} is no object`);
    return value as CaseValues;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** @param otherwise for one that is not there; without it such a one is an error */
  number(name: string, otherwise?: number): number {
    const value = this.#values[name];
    if (typeof value === "number") return value;
    if (otherwise !== undefined && !this.has(name)) return otherwise;
    throw new Error(`${name} is no number`);
  }

  text(name: string, otherwise?: string): string {
    const value = this.#values[name];
    if (typeof value === "string") return value;
    if (otherwise !== undefined && !this.has(name)) return otherwise;
    throw new Error(`${name} is no text`);
  }

  /** One of some texts, and what it stands for. */
  choice<T>(name: string, choices: Readonly<Record<string, T>>, otherwise?: string): T {
    const text = this.text(name, otherwise);
    if (!Object.hasOwn(choices, text)) throw new Error(`${name} "${text}" is not known here`);
    return choices[text]!;
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.#values[name];
    return value === undefined ? otherwise : value === true || value === 1;
  }

  ddof(): 0 | 1 {
    const value = this.number("ddof");
    if (value !== 0 && value !== 1) throw new Error(`ddof is ${value}, not 0 or 1`);
    return value;
  }

  /** A row, with NaN for what is missing. */
  row(name: string): Float64Array {
    const value = this.#values[name];
    if (!Array.isArray(value)) throw new Error(`${name} is no list`);
    return Float64Array.from(value as readonly CaseValue[], (one) => (one === null || one === "NaN" ? Number.NaN : Number(one)));
  }

  /** A row without what is missing. */
  present(name: string): Float64Array {
    return this.row(name).filter((value) => !Number.isNaN(value));
  }

  rows(name: string): Float64Array[] {
    const value = this.#values[name];
    if (!Array.isArray(value)) throw new Error(`${name} is no list`);
    return value.map((_, i) => new Inputs({ row: (value as readonly CaseValue[])[i]! }).row("row"));
  }

  /** Numbers by name. */
  numbers(name: string): Record<string, number> {
    return Object.fromEntries(Object.entries(this.object(name)).map(([key, one]) => [key, Number(one)]));
  }
}

import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";

/** Finds the value of a field by its path; undefined where there is none. */
export type FieldOf = (path: readonly string[]) => string | undefined;

/** Whether an event, seen through its fields, is wanted. */
export type Filter = (field: FieldOf) => boolean;

const mostFilters = 64;
const longest = 4096;

/**
 * containerd's filter language (containerd: pkg/filters): `topic=="/tasks/start"`, `topic~=^/tasks/`, `event.container_id==a`,
 * selectors of one filter joined by commas. An event is wanted that one of the filters fits; all are without filters.
 */
export function parseFilters(texts: readonly string[]): Filter {
  if (texts.length > mostFilters) throw new WrunError("invalid", `more than ${mostFilters} filters`);
  const filters = texts.map((text) => new FilterReader(text).filter());
  if (filters.length === 0) return () => true;
  return (field) => filters.some((filter) => filter(field));
}

class FilterReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > longest) throw new WrunError("invalid", `a filter of more than ${longest} characters`);
    this.#text = text;
  }

  filter(): Filter {
    const selectors: Filter[] = [];
    if (this.#text.trim() === "") return () => true;
    do selectors.push(this.#selector());
    while (this.#take(/\s*,/y) !== undefined);
    this.#take(/\s+/y);
    if (this.#at < this.#text.length) throw this.#wrong("one of == != ~= , or the end");
    return (field) => selectors.every((selector) => selector(field));
  }

  #selector(): Filter {
    this.#take(/\s+/y);
    const path = [this.#field()];
    while (this.#take(/\./y) !== undefined) path.push(this.#field());
    const operator = this.#take(/\s*(==|!=|~=)\s*/y)?.trim();
    if (operator === undefined) return (field) => field(path) !== undefined;
    const value = this.#value(operator === "~=");
    if (operator === "==") return (field) => field(path) === value;
    if (operator === "!=") return (field) => field(path) !== value;
    const expression = this.#expression(value);
    return (field) => {
      const found = field(path);
      return found !== undefined && expression.test(found);
    };
  }

  #field(): string {
    const name = this.#take(/[A-Za-z_]\w*/y) ?? this.#quoted('"');
    if (name === undefined) throw this.#wrong("the name of a field");
    return name;
  }

  #value(isExpression: boolean): string {
    const quoted = this.#quoted('"') ?? (isExpression ? (this.#quoted("/") ?? this.#quoted("|")) : undefined);
    const value = quoted ?? this.#take(/[^\s,"]+/y);
    if (value === undefined) throw this.#wrong("a value");
    return value;
  }

  // Within quotation marks a backslash is as in Go; within / and | it is the expression's own.
  #quoted(mark: '"' | "/" | "|"): string | undefined {
    if (this.#text[this.#at] !== mark) return undefined;
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at++) {
      if (this.#text[at] === "\\") at += 1;
      else if (this.#text[at] === mark) {
        this.#at = at + 1;
        const inside = this.#text.slice(start + 1, at);
        return mark === '"' ? this.#unescaped(inside) : inside.replaceAll(`\\${mark}`, mark);
      }
    }
    throw this.#wrong(`the closing ${mark}`);
  }

  #unescaped(inside: string): string {
    try {
      return String(JSON.parse(`"${inside}"`));
    } catch {
      throw this.#wrong('an escape such as \\n or \\"');
    }
  }

  #expression(source: string): RegExp {
    try {
      return new RegExp(source);
    } catch {
      throw this.#wrong("a regular expression");
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #wrong(expected: string): WrunError {
    return new WrunError(
      "invalid",
      `filter ${quote(this.#text)}: ${expected} is missing at character ${this.#at + 1}`,
    );
  }
}

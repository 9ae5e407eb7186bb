import { WrunError } from "../error.ts";
import { quote } from "../note.ts";

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const domain = "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?/)?";
const grammar = new RegExp(`^${domain}${component}(?:/${component})*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$`);

/** An image's name: as it was given (with a tag), and as containerd and Docker keep it. */
export interface Reference {
  readonly short: string;
  readonly full: string;
}

/** Reads `name[:tag]` (https://pkg.go.dev/github.com/distribution/reference); the tag is `latest` where none is named. */
export function parseReference(text: string): Reference {
  const found = text.length <= 255 ? grammar.exec(text) : null;
  if (found === null)
    throw new WrunError(
      "invalid",
      `--tag: ${quote(text)} is no name of an image: write app:1 or registry.example/app:1`,
    );
  const short = found[1] === undefined ? `${text}:latest` : text;
  return { short, full: fullName(short) };
}

// What comes before the first slash is a registry where it looks like one; the rest are Docker Hub's.
function fullName(name: string): string {
  const slash = name.indexOf("/");
  if (slash < 0) return `docker.io/library/${name}`;
  const first = name.slice(0, slash);
  return first === "localhost" || /[.:]/.test(first) ? name : `docker.io/${name}`;
}

import { type ErrorCode, WrunError } from "../../oci/error.ts";
import type { Artifact } from "../../oci/plan.ts";

/** What the process that looked for an artifact says: where it is, that there is none, or why it cannot be told. */
export type Answer =
  | { readonly artifact: Artifact | null }
  | { readonly code: ErrorCode; readonly message: string };

/** Reads an answer; one that is a failure is thrown. */
export function parseAnswer(text: string): Artifact | undefined {
  const answer = JSON.parse(text) as Answer;
  if ("message" in answer) throw new WrunError(answer.code, answer.message);
  return answer.artifact ?? undefined;
}

/** What `find` finds, or how it failed. */
export async function answerOf(find: () => Promise<Artifact | undefined>): Promise<Answer> {
  try {
    return { artifact: (await find()) ?? null };
  } catch (error) {
    if (!(error instanceof WrunError)) throw error;
    return { code: error.code, message: error.message };
  }
}

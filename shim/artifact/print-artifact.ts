import { print } from "../cli/print.ts";
import { answerOf } from "./answer.ts";
import { containerdContent } from "./containerd-content.ts";
import { findArtifact } from "./find-artifact.ts";
import { ModuleCache } from "./module-cache.ts";

/** Which container, of which containerd. */
export interface ImagePlace {
  readonly id: string;
  readonly address: string;
  readonly namespace: string;
}

/** The shim's own verb `artifact`: prints where the module of a container's image is, as answer.ts has it. */
export async function printArtifact(place: ImagePlace): Promise<number> {
  using content = await containerdContent(place);
  const answer = await answerOf(() => findArtifact(place.id, content, new ModuleCache()));
  print(JSON.stringify(answer));
  return 0;
}

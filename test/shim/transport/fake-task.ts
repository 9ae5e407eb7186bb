import { type Task, taskRpcs } from "../../../shim/transport/task.ts";
import { WrunError } from "../../../oci/error.ts";

/** A task service that refuses everything but what a test gives it. */
export function fakeTask(handlers: Partial<Task>): Task {
  const refuse = () => {
    throw new WrunError("unsupported", "the test has no such handler");
  };
  const none = Object.fromEntries(Object.keys(taskRpcs).map((name) => [name, refuse])) as unknown as Task;
  return { ...none, ...handlers };
}

import { containerd, google } from "../../proto/gen/task.js";
import { type Handlers, type Remote, remote, serve } from "./rpc.ts";
import type { Caller, Service } from "./service.ts";

const v3 = containerd.task.v3;
const nothing = google.protobuf.Empty;

/** The rpcs of the Task service, as both of its versions have them. */
export const taskRpcs = {
  state: { request: v3.StateRequest, response: v3.StateResponse },
  create: { request: v3.CreateTaskRequest, response: v3.CreateTaskResponse },
  start: { request: v3.StartRequest, response: v3.StartResponse },
  delete: { request: v3.DeleteRequest, response: v3.DeleteResponse },
  pids: { request: v3.PidsRequest, response: v3.PidsResponse },
  pause: { request: v3.PauseRequest, response: nothing },
  resume: { request: v3.ResumeRequest, response: nothing },
  checkpoint: { request: v3.CheckpointTaskRequest, response: nothing },
  kill: { request: v3.KillRequest, response: nothing },
  exec: { request: v3.ExecProcessRequest, response: nothing },
  resizePty: { request: v3.ResizePtyRequest, response: nothing },
  closeIO: { request: v3.CloseIORequest, response: nothing },
  update: { request: v3.UpdateTaskRequest, response: nothing },
  wait: { request: v3.WaitRequest, response: v3.WaitResponse },
  stats: { request: v3.StatsRequest, response: v3.StatsResponse },
  connect: { request: v3.ConnectRequest, response: v3.ConnectResponse },
  shutdown: { request: v3.ShutdownRequest, response: nothing },
} as const;

/** What a shim does for containerd. */
export type Task = Handlers<typeof taskRpcs>;

/** The Task service as containerd calls it. */
export type RemoteTask = Remote<typeof taskRpcs>;

export type TaskVersion = 2 | 3;

/** Both versions of the Task service, answered by the same handlers: containerd chooses, and may change its mind. */
export function taskServices(task: Task): readonly Service[] {
  return [serve(nameOf(2), taskRpcs, task), serve(nameOf(3), taskRpcs, task)];
}

/** Another process's Task service. */
export function remoteTask(caller: Caller, version: TaskVersion): RemoteTask {
  return remote(nameOf(version), taskRpcs, caller);
}

function nameOf(version: TaskVersion): string {
  return `containerd.task.v${version}.Task`;
}

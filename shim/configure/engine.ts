/** One file of the host as it shall be: `undefined` where it shall be gone. Nothing is written where it is so already. */
export interface Change {
  readonly path: string;
  readonly text: string | undefined;
}

/** The files of the host, read only: a plan has no effects. */
export interface HostView {
  /** A file's text; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  /** The names in a directory; none where there is no directory. */
  readonly names: (path: string) => readonly string[];
}

/** What an engine is to be told about wrun. */
export interface Request {
  readonly host: HostView;
  /** Where wrun is installed: `/usr/local`. */
  readonly prefix: string;
  readonly lowLevelRuntime: "crun" | "runc";
  readonly setAsDefault: boolean;
  /** The caller's own configuration folder (`~/.config`); undefined for root, who configures the host. */
  readonly userConfig: string | undefined;
}

/** What removal needs to know. */
export type RemoveRequest = Pick<Request, "host" | "userConfig">;

/** A container engine that can be told of wrun. */
export interface Engine {
  /** The files that make it known. */
  readonly configure: (request: Request) => readonly Change[];
  /** The files that make it forgotten. */
  readonly remove: (request: RemoveRequest) => readonly Change[];
  /** It runs nothing: neither crun nor runc is needed under it. */
  readonly standsAlone?: true;
  /** How the engine comes to read what was changed. */
  readonly reload: string;
  /** How wrun is used then. */
  readonly use: string;
}

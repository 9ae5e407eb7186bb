import manifest from "../../package.json" with { type: "json" };

/** `wrun --version`, in crun's shape. */
export function versionText(): string {
  return `wrun version ${manifest.version}\nspec: 1.2.0\nsandboxes: kernel embedded\nengine: JavaScriptCore (WASI preview 1)\n`;
}

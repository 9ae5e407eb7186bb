import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";
import { usualAddress } from "../events/setting.ts";
import { configPath, parseKernelConfig } from "../kernel/config-file.ts";
import { dropInText, removeDropIn, writeDropIn } from "./drop-in.ts";
import type { Change, Engine, HostView, RemoveRequest } from "./engine.ts";

const socketPath = "/etc/systemd/system/wrun-monitor.socket";
const servicePath = "/etc/systemd/system/wrun-monitor.service";
const setting = `events = "${usualAddress}" # by 'wrun configure monitor'`;

/** The monitor as a service of systemd, and the setting by which every verb tells it (docs/monitor.md). */
export const monitor: Engine = {
  configure: (request) => {
    checkRoot(request);
    const { host, prefix } = request;
    return [
      writeDropIn(host, socketPath, dropInText("monitor", socketUnit)),
      writeDropIn(host, servicePath, dropInText("monitor", serviceUnit(prefix))),
      { path: configPath, text: withSetting(host) },
    ];
  },
  remove: (request) => {
    checkRoot(request);
    const { host } = request;
    return [...removeSetting(host), ...removeDropIn(host, servicePath), ...removeDropIn(host, socketPath)];
  },
  standsAlone: true,
  reload: "systemctl daemon-reload; verbs read the setting by themselves, containerd's shims as they start",
  use: "systemctl enable --now wrun-monitor.socket wrun-monitor.service, then wrun monitor --watch",
};

const socketUnit = [
  "# Where `wrun monitor` is to be reached: root's alone.",
  "[Unit]",
  "Description=wrun monitor's socket",
  "",
  "[Socket]",
  `ListenStream=${usualAddress.slice("unix://".length)}`,
  "SocketMode=0600",
  "RemoveOnStop=yes",
  "",
  "[Install]",
  "WantedBy=sockets.target",
];

function serviceUnit(prefix: string): readonly string[] {
  return [
    "# Tells of every container's life over gRPC (docs/monitor.md).",
    "[Unit]",
    "Description=wrun monitor: the lives of containers over gRPC",
    "Requires=wrun-monitor.socket",
    "After=wrun-monitor.socket",
    "",
    "[Service]",
    `ExecStart=${escaped(`${prefix}/bin/wrun`)} monitor --log-format json --metrics 127.0.0.1:9469`,
    "# For OTEL_EXPORTER_OTLP_ENDPOINT and its like.",
    "EnvironmentFile=-/etc/wrun/monitor.env",
    "Restart=on-failure",
    "# It looks at processes, cgroups and files of containers, and writes below /run/wrun alone.",
    "RuntimeDirectory=wrun",
    "RuntimeDirectoryMode=0755",
    "RuntimeDirectoryPreserve=yes",
    "ProtectSystem=strict",
    "ReadWritePaths=/run/wrun",
    "ProtectHome=read-only",
    "PrivateTmp=no",
    "NoNewPrivileges=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectClock=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    "CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYS_PTRACE",
    "OOMScoreAdjust=-500",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
}

// systemd.service(5), "Command lines": the program's path takes neither specifiers' % nor variables' $ as they are.
function escaped(path: string): string {
  return /^[\w/.+-]+$/.test(path) ? path : `"${path.replace(/["\\]/g, "\\$&").replace(/[%$]/g, "$&$&")}"`;
}

function checkRoot({ userConfig }: RemoveRequest): void {
  if (userConfig === undefined) return;
  throw new WrunError("permission", "the monitor is a service of the machine, and its setting is in /etc");
}

function withSetting(host: HostView): string {
  const text = host.read(configPath) ?? "";
  const { events } = parseKernelConfig(text);
  if (events === usualAddress) return text;
  if (events !== undefined)
    throw new WrunError(
      "exists",
      `${configPath} has events = ${quote(events)}, and the unit listens at ${usualAddress}: take that line out first`,
    );
  return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}${setting}\n`;
}

function removeSetting(host: HostView): readonly Change[] {
  const text = host.read(configPath) ?? "";
  if (!text.split("\n").includes(setting)) return [];
  const left = text.split("\n").filter((line) => line !== setting);
  return [{ path: configPath, text: left.join("\n") === "" ? undefined : left.join("\n") }];
}

import { describe, expect, test } from "bun:test";
import { listenAddresses } from "../../oci/listen-variable.ts";

describe("listenAddresses()", () => {
  test("reads the last WRUN_LISTEN, of one address or several", () => {
    expect(
      listenAddresses(["WRUN_LISTEN=tcp:1.2.3.4:1", "A=1", "WRUN_LISTEN=tcp:0.0.0.0:8080,tcp:[::1]:80"]),
    ).toEqual(["tcp:0.0.0.0:8080", "tcp:[::1]:80"]);
  });

  test("finds none where none is asked for", () => {
    for (const env of [[], ["WRUN_LISTEN="], ["WRUN_LISTENS=tcp:0.0.0.0:80"]])
      expect(listenAddresses(env)).toEqual([]);
  });

  test.each([
    "unix:/run/s",
    "fd:0",
    "tcp:localhost:80",
    "tcp:0.0.0.0",
    "tcp:0.0.0.0:80,",
    "tcp:[::1]:80\n",
    "tcp:0.0.0.0:123456",
  ])("refuses %j, whatever it is", (text) => {
    expect(() => listenAddresses([`WRUN_LISTEN=${text}`])).toThrow("WRUN_LISTEN: ");
  });

  test("refuses more than sixteen", () => {
    const many = Array.from({ length: 17 }, (_, at) => `tcp:0.0.0.0:${at + 1}`).join(",");
    expect(() => listenAddresses([`WRUN_LISTEN=${many}`])).toThrow("over 16 addresses");
  });
});

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** PEM texts of an authority, and of a server's and a caller's certificate that it has signed. */
export interface Certificates {
  readonly authority: Buffer;
  readonly server: { readonly certificate: Buffer; readonly key: Buffer };
  readonly caller: { readonly certificate: Buffer; readonly key: Buffer };
}

/** Makes them in `folder`, for localhost. */
export function makeCertificates(folder: string): Certificates {
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=ca", "-days", "2");
  for (const name of ["server", "caller"]) {
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, ...names);
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-out", `${name}.crt`, "-days", "2");
  }
  const read = (name: string): Buffer => readFileSync(`${folder}/${name}`);
  const pair = (name: string) => ({ certificate: read(`${name}.crt`), key: read(`${name}.key`) });
  return { authority: read("ca.crt"), server: pair("server"), caller: pair("caller") };
}

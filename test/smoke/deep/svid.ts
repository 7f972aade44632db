import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes an SVID with its key and trust bundle, as `spire-agent api fetch x509 -write` does. @returns the folder. */
export function makeSvid(spiffeId: string): string {
    const folder = mkdtempSync(join(tmpdir(), "svid-"));
    const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "bundle.0.pem", "-subj", "/O=SPIRE", "-days", "1");
    openssl("req", "-new", ...key, "-keyout", "svid.0.key", "-out", "request.pem", "-subj", "/O=SPIRE");
    writeFileSync(join(folder, "extensions"), `subjectAltName=URI:${spiffeId}\nbasicConstraints=CA:FALSE\n`);
    openssl(
        ...["x509", "-req", "-in", "request.pem", "-CA", "bundle.0.pem", "-CAkey", "ca.key", "-CAcreateserial"],
        ...["-days", "1", "-extfile", "extensions", "-out", "svid.0.pem"],
    );
    return folder;
}

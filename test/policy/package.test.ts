import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../../project";
import { buildPack, PACK } from "../support/policyPack";

/** What `npm pack --json` says. */
const packed = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]);

describe("the package for other projects", function () {
    this.timeout(60_000);
    let folder: string;

    before(() => {
        buildPack();
        folder = mkdtempSync(path.join(tmpdir(), "policy-packed-"));
        const list = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: PACK });
        const [{ files }] = packed.parse(JSON.parse(list.toString()));
        for (const file of files) {
            cpSync(path.join(PACK, file.path), path.join(folder, file.path));
        }
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("has the license, and the notices of all that is bundled", () => {
        assert.equal(
            readFileSync(path.join(folder, "LICENSE"), "utf8"),
            readFileSync(path.join(PROJECT_ROOT, "LICENSE"), "utf8"),
        );
        const notices = readFileSync(path.join(folder, "bin", "THIRD-PARTY-NOTICES.txt"), "utf8");
        assert.match(notices, /^@pulumi\/policy .* \(Apache-2\.0\)$/m);
        assert.match(notices, /^yaml .* \(ISC\)$/m);
    });

    it("leaves out this project's own exceptions, which the pack of this project has", () => {
        const manifest = path.join(folder, "agent.json");
        const spec = { hostPID: true, containers: [{ name: "spire-agent", image: "agent:1.0.0" }] };
        const metadata = { namespace: "spire-system", name: "spire-agent" };
        const agent = { apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec: { template: { spec } } };
        writeFileSync(manifest, JSON.stringify(agent));
        const check = (pack: string) => {
            const flags = ["--rules", "host-namespaces,exceptions", "--own-exceptions", manifest];
            return spawnSync(process.execPath, [path.join(pack, "bin", "check.js"), ...flags], { encoding: "utf8" });
        };
        const [theirs, ours] = [check(folder), check(PACK)];
        assert.match(
            theirs.stdout,
            /mandatory critical host-namespaces: DaemonSet spire-system\/spire-agent: .*hostPID/,
        );
        assert.match(ours.stdout, /^exception used: .*\(policy\/exceptions\.ts\)\n1 object checked: 0 mandatory/);
        assert.deepEqual([theirs.status, ours.status], [1, 0]);
    });
});

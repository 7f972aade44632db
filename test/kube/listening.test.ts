import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { socketTables } from "../../kube/listening";

describe("Sockets of a container", () => {
    const folder = mkdtempSync(join(tmpdir(), "listening-"));
    const { PATH } = process.env;
    const container = { namespace: "mesh", pod: "p", container: "x0tta6bl4" };

    /** Replaces kubectl with a program. */
    const kubectl = (script: string) => {
        const file = join(folder, "kubectl");
        writeFileSync(file, `#!/bin/sh\n${script}\n`);
        chmodSync(file, 0o755);
        process.env.PATH = `${folder}:${PATH ?? ""}`;
    };

    afterEach(() => {
        process.env.PATH = PATH;
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("are read in the stack's own cluster, by a kubeconfig of the user's home as well", async () => {
        kubectl('printf "%s " "$@"');
        const printed = await socketTables({ context: "meant", kubeconfig: "~/.kube/config" }, container);
        assert.equal(
            printed.trim(),
            `--kubeconfig ${join(homedir(), ".kube/config")} --context meant --namespace mesh ` +
                "exec p --container x0tta6bl4 -- cat /proc/net/tcp /proc/net/tcp6",
        );
    });

    it("are refused with kubectl's own words", async () => {
        kubectl("echo first >&2; echo 'pods \"p\" is forbidden' >&2; exit 1");
        await assert.rejects(socketTables({ context: "meant" }, container), /^Error: pods "p" is forbidden$/);
    });

    it("cannot be read without kubectl, or by the content of a kubeconfig", async () => {
        process.env.PATH = join(folder, "empty");
        await assert.rejects(socketTables({ context: "meant" }, container), /^Error: kubectl is not installed$/);
        const kubeconfig = "apiVersion: v1\nusers: [{ name: u, user: { token: hunter2 } }]\n";
        await assert.rejects(
            socketTables({ context: "meant", kubeconfig }, container),
            (error: Error) =>
                error.message.includes("must be the path of a file") && !error.message.includes("hunter2"),
        );
    });
});

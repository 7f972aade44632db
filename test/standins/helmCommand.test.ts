import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { helm } from "../../standins/kubernetes/helm/command";
import { lastingFolder } from "../support/temporary";
import { offlineSession } from "./support";

const FOLDER = lastingFolder("helm-command-");
const place = (name: string) => join(FOLDER, name);

/** A program in the place of helm. */
function fakeHelm(name: string, script: string): string {
    writeFileSync(place(name), `#!/bin/sh\n${script}\n`);
    chmodSync(place(name), 0o755);
    return place(name);
}

const session = () => {
    const offline = offlineSession();
    return { ...offline, settings: { ...offline.settings, kubeconfig: "", context: "c" } };
};

function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

/** Waits up to 5 s. */
async function soon(condition: () => boolean): Promise<boolean> {
    for (let left = 100; left > 0 && !condition(); left--) {
        await sleep(50);
    }
    return condition();
}

describe("The stand-in's helm", () => {
    const { X0TTA6BL4_HELM: before } = process.env;
    afterEach(() => {
        if (before === undefined) {
            delete process.env.X0TTA6BL4_HELM;
        } else {
            process.env.X0TTA6BL4_HELM = before;
        }
    });

    it("gets its input, and returns its output or its message", async () => {
        process.env.X0TTA6BL4_HELM = fakeHelm("helm-cat", 'echo "$HELM_KUBECONTEXT $*"; cat');
        assert.equal(await helm(session(), ["get", "a b"], "values"), "c get a b\nvalues");
        process.env.X0TTA6BL4_HELM = fakeHelm("helm-fails", 'echo "Error: no such release" >&2; exit 1');
        await assert.rejects(helm(session(), []), /^Error: no such release$/);
        process.env.X0TTA6BL4_HELM = place("missing");
        await assert.rejects(helm(session(), []), /helm was not found as ".*missing": put it on PATH/);
    });

    it("dies with the plugin, as the Helm inside the official one does", async () => {
        process.env.X0TTA6BL4_HELM = fakeHelm("helm-waits", `echo $$ > "${place("pid")}"; exec sleep 60`);
        const plugin = spawn(
            process.execPath,
            [
                ...["--require", require.resolve("tsx/cjs"), "--eval"],
                `void require(${JSON.stringify(require.resolve("../../standins/kubernetes/helm/command"))})` +
                    `.helm({ settings: { kubeconfig: "", context: "c" } }, ["install"])`,
            ],
            { stdio: "ignore" },
        );
        assert.ok(await soon(() => existsSync(place("pid")) && readFileSync(place("pid"), "utf8").endsWith("\n")));
        const pid = Number(readFileSync(place("pid"), "utf8"));
        assert.ok(isRunning(pid));
        plugin.kill("SIGKILL");
        assert.ok(await soon(() => !isRunning(pid)), "helm outlived the plugin");
    });
});

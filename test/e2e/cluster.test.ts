import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import program from "../..";
import { run, type RunResult } from "../../process/run";
import type { Workspace } from "../../local/workspace";
import { prepare } from "../../cli/cluster/prepare";
import { exitCode, reportText } from "../../preflight/report";
import { clusterRequest } from "../support/clusterRequest";
import { newStack, onStack, output, paths, progress, removeAll } from "./support/embedded";
import { limitedKubeconfig } from "./support/limitedUser";
import { clients } from "./support/objects";

/** A UID that no cluster has. */
const OTHER_UID = "99999999-2222-3333-4444-555555555555";

describe("npx x0 cluster", () => {
    let space: Workspace;
    let uid = "";

    before(async () => {
        space = await newStack();
        const kubeSystem = await clients(space.cluster).core.readNamespace({ name: "kube-system" });
        uid = kubeSystem.metadata?.uid ?? assert.fail();
    });

    after(removeAll);

    /** A copy of the checkout's stack file, without a cluster or with the given one. */
    function stackFile(name: string, cluster?: Record<string, string>): string {
        const file = join(paths.root, name);
        copyFileSync("Pulumi.staging.yaml", file);
        if (cluster !== undefined) {
            const document = parseDocument(readFileSync(file, "utf8"));
            document.setIn(["config", "x0tta6bl4:cluster"], cluster);
            writeFileSync(file, document.toString());
        }
        return file;
    }

    /** Runs the command as a user does, in a separate process, without a terminal. */
    function x0(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunResult> {
        return run(process.execPath, ["cli/x0.mjs", ...args], {
            cwd: paths.checkout,
            env: { ...space.cli.env, ...env },
            allowExit: true,
            timeoutMs: 120_000,
        });
    }

    const existing = (file: string, kubeconfig = space.cluster.kubeconfig, context = space.cluster.context) =>
        x0(["cluster", "existing", "--context", context, "--kubeconfig", kubeconfig, "--config-file", file]);

    it("finds the embedded cluster, gives it to the stack, and changes nothing the second time", async () => {
        const file = stackFile("embedded.yaml");
        const args = clusterRequest({ configFile: file });
        const surroundings = {
            progress,
            confirm: () => Promise.resolve(false),
            paths,
            env: space.cli.env,
            kubeconfigs: paths.root,
            program,
            k3sKubeconfig: "",
        };
        const first = await prepare(args, "embedded", surroundings);
        assert.equal(exitCode(first), 0, reportText(first, { columns: 100, colour: false }));
        const { context, kubeconfig } = space.cluster;
        assert.deepEqual(first.target, { context, kubeconfig, identifier: uid });
        assert.equal(first.changed, true);
        const written = readFileSync(file, "utf8");
        assert.match(written, new RegExp(`context: ${context}\n +kubeconfig: ${kubeconfig}\n +identifier: ${uid}`));
        assert.equal((await prepare(args, "embedded", surroundings)).changed, false);
        assert.equal(readFileSync(file, "utf8"), written);
        assert.equal(
            (
                await onStack(space, "staging", ["config", "get", "--path", "cluster.identifier"], { configFile: file })
            ).stdout.trim(),
            uid,
        );
    });

    it("finds an existing cluster by its context, without colours, and leaves nothing in it", async () => {
        const { core } = clients(space.cluster);
        const before = (await core.listNamespace()).items.length;
        const result = await existing(stackFile("existing.yaml"));
        assert.equal(result.code, 0, output(result));
        assert.match(result.stdout, /✔ Pod Security admission: on/);
        assert.match(result.stdout, /✔ Default StorageClass: standard/);
        assert.match(result.stdout, /✔ Permissions: all, as a cluster administrator/);
        assert.ok(!result.stdout.includes("\u001b"));
        assert.equal((await core.listNamespace()).items.length, before);
    });

    it("refuses a context that changed under the stack, and so does an update", async () => {
        const { context, kubeconfig } = space.cluster;
        const file = stackFile("changed.yaml", { context, kubeconfig, identifier: OTHER_UID });
        const content = readFileSync(file, "utf8");
        const result = await existing(file);
        assert.equal(result.code, 1);
        assert.match(
            result.stdout.replace(/\s+/g, " "),
            new RegExp(`context ${context} now leads to .*, but staging belongs to`),
        );
        assert.equal(readFileSync(file, "utf8"), content);
        const preview = await onStack(space, "staging", ["preview"], { configFile: file });
        assert.notEqual(preview.code, 0);
        assert.match(output(preview), new RegExp(`leads to another cluster[^]*${OTHER_UID}[^]*${uid}`));
        assert.doesNotMatch(output(preview), /^ +at /m, "a stack trace was printed");
    });

    it("names the contexts that there are when the one given is not among them", async () => {
        const result = await existing(stackFile("wrong.yaml"), undefined, "nowhere");
        assert.equal(result.code, 1);
        assert.match(
            result.stdout.replace(/\s+/g, " "),
            new RegExp(`nowhere is in none of .*${space.cluster.context}`),
        );
    });

    it("touches no setting when no cluster answers", async () => {
        const kubeconfig = join(paths.root, "unreachable");
        const text = readFileSync(space.cluster.kubeconfig, "utf8");
        writeFileSync(kubeconfig, text.replace(space.cluster.server, "https://127.0.0.1:1"));
        const file = stackFile("unreachable.yaml");
        const result = await existing(file, kubeconfig);
        assert.equal(result.code, 1);
        assert.match(result.stdout, /✘ API server: https:\/\/127\.0\.0\.1:1 does not answer/);
        assert.equal(readFileSync(file, "utf8"), readFileSync("Pulumi.staging.yaml", "utf8"));
    });

    it("names the permissions that a limited user lacks", async () => {
        const kubeconfig = await limitedKubeconfig(space.cluster, join(paths.root, "limited"));
        const result = await existing(stackFile("limited.yaml"), kubeconfig);
        assert.equal(result.code, 1);
        const text = result.stdout.replace(/\s+/g, " ");
        assert.match(text, /answers system:serviceaccount:default:nobody/);
        assert.match(text, /✘ Permissions: \d+ of \d+ are missing: create\/get\/list\/watch\/patch\/delete/);
        assert.match(text, /without the cluster's identity/);
    });

    it("doctor reports what would stop an update, and passes when it is fixed", async () => {
        const { context, kubeconfig } = space.cluster;
        const file = stackFile("doctor.yaml");
        const doctor = (env: NodeJS.ProcessEnv = {}) => x0(["doctor", "--config-file", file], env);
        const sick = await doctor({ PULUMI_CONFIG_PASSPHRASE_FILE: undefined });
        assert.equal(sick.code, 1);
        assert.match(sick.stdout, /✘ Cluster of the stack: staging has no cluster yet/);
        assert.match(sick.stdout, /✘ Passphrase: not set/);
        for (const [key, value] of [
            ["cluster.context", context],
            ["cluster.kubeconfig", kubeconfig],
            ["cluster.identifier", uid],
            ["monitoring.chart.type", "repository"],
            ["monitoring.chart.checkReachable", "false"],
        ] as const) {
            await onStack(space, "staging", ["config", "set", "--path", key, value], { configFile: file });
        }
        const well = await doctor();
        assert.equal(well.code, 0, output(well));
        assert.match(well.stdout, /✔ Stack: staging exists/);
        assert.match(well.stdout, /Nothing was changed\./);
    });

    it("ends with 2 for wrong arguments", async () => {
        const result = await x0(["cluster", "docker"]);
        assert.equal(result.code, 2);
        assert.match(result.stderr, /unknown command 'docker'/);
    });
});

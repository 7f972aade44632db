import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { copyFile, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { clusterIdentity } from "../../local/controlPlane/identity";
import { copyStackFile } from "../../local/stackCopy";
import type { Workspace } from "../../local/workspace";
import { newStack, onStack, output, paths, pulumi, removeAll } from "./support/embedded";
import { clients, meshObjects } from "./support/objects";
import { limitedKubeconfig } from "./support/limitedUser";
import { setSetting } from "./support/settings";

describe("Bad input", () => {
    let space: Workspace;

    /** A copy of the stack file whose cluster settings are replaced. */
    function stackFile(name: string, cluster: Record<string, unknown>): string {
        const file = join(paths.root, name);
        const document = parseDocument(readFileSync(space.configFile, "utf8"));
        document.setIn(["config", "x0tta6bl4:cluster"], cluster);
        writeFileSync(file, document.toString());
        return file;
    }

    const up = (configFile: string) => onStack(space, "staging", ["up", "--yes", "--skip-preview"], { configFile });

    before(async () => {
        space = await newStack();
    });

    after(removeAll);

    afterEach(async () => {
        assert.deepEqual(await meshObjects(clients(space.cluster)), [], "a refused update left objects behind");
    });

    it("without a context stops and names the missing setting", async () => {
        const result = await up(stackFile("no-context.yaml", {}));
        assert.notEqual(result.code, 0);
        assert.match(output(result), /cluster\.context \(not set\)/);
        assert.match(output(result), /pulumi config set --stack staging --path cluster\.context VALUE/);
        assert.doesNotMatch(output(result), /^ +at /m, "a stack trace was printed");
    });

    it("with a context that no kubeconfig has stops and lists those that there are", async () => {
        const result = await up(
            stackFile("wrong-context.yaml", { context: "nowhere", kubeconfig: space.cluster.kubeconfig }),
        );
        assert.notEqual(result.code, 0);
        assert.match(output(result), new RegExp(`context nowhere is in none of .*${space.cluster.context}`));
    });

    it("with an unreachable cluster stops within 15 s and names server and context", async () => {
        const kubeconfig = join(paths.root, "unreachable");
        const text = readFileSync(space.cluster.kubeconfig, "utf8");
        writeFileSync(kubeconfig, text.replace(space.cluster.server, "https://127.0.0.1:1"));
        const result = await up(stackFile("unreachable.yaml", { context: space.cluster.context, kubeconfig }));
        assert.notEqual(result.code, 0);
        assert.match(
            output(result),
            new RegExp(`https://127\\.0\\.0\\.1:1 of context ${space.cluster.context} does not answer`),
        );
    });

    it("with invalid settings reports all of them together", async () => {
        const file = stackFile("settings.yaml", {
            context: space.cluster.context,
            kubeconfig: space.cluster.kubeconfig,
        });
        setSetting(file, "mesh.replicas", 0);
        setSetting(file, "mesh.logLevel", "LOUD");
        setSetting(file, "mesh.imgae.tag", 1);
        const result = await up(file);
        assert.notEqual(result.code, 0);
        assert.match(output(result), /mesh\.replicas = 0/);
        assert.match(output(result), /mesh\.logLevel = a text of 4 characters/);
        assert.match(output(result), /mesh\.imgae[^]*nearest is mesh\.image/);
    });

    for (const content of ["config:\n", "config: {}\n", ""]) {
        it(`with a stack file of ${JSON.stringify(content)} names the settings that are missing, as it is and as the local run copies it`, async () => {
            const checkout = join(paths.root, "bare");
            await mkdir(checkout, { recursive: true });
            await copyFile(join(paths.checkout, "Pulumi.yaml"), join(checkout, "Pulumi.yaml"));
            const file = join(checkout, "Pulumi.staging.yaml");
            writeFileSync(file, content);
            const bare = { ...paths, checkout, stacks: join(checkout, "stacks") };
            // The cluster of another checkout has another name; its keys are those of the running cluster.
            const pki = clusterIdentity(bare).pki;
            await mkdir(dirname(pki), { recursive: true });
            await symlink(clusterIdentity(paths).pki, pki).catch(() => undefined);
            const { path: copy } = await copyStackFile(bare, "staging", space.cluster);
            assert.equal(readFileSync(file, "utf8"), content, "the file itself stays as it is");
            for (const [configFile, context] of [
                [file, true],
                [copy, false],
            ] as const) {
                const result = await onStack(space, "staging", ["preview"], { configFile });
                assert.notEqual(result.code, 0);
                assert.match(output(result), /spire\.server \(not set\)/);
                assert.equal(output(result).includes("cluster.context (not set)"), context);
                assert.doesNotMatch(output(result), /^ +at /m, "a stack trace was printed");
            }
        });
    }

    it("without permission names the permission that is missing", async () => {
        const kubeconfig = await limitedKubeconfig(space.cluster, join(paths.root, "limited"));
        const result = await up(stackFile("limited.yaml", { context: space.cluster.context, kubeconfig }));
        assert.notEqual(result.code, 0);
        assert.match(
            output(result),
            /cannot create resource "(namespaces|clusterroles)" in API group ".*" at the cluster scope/,
        );
        await onStack(space, "staging", ["destroy", "--yes", "--skip-preview"]);
    });

    it("with a namespace of another owner refuses to take it over and suggests how to import it", async () => {
        const { core } = clients(space.cluster);
        const name = "x0tta6bl4-staging";
        await core.createNamespace({ body: { metadata: { name, labels: { owner: "another-team" } } } });
        const result = await up(space.configFile);
        assert.notEqual(result.code, 0);
        assert.match(output(result), /already exists/);
        assert.match(output(result), /import/);
        const namespace = await core.readNamespace({ name });
        assert.equal(namespace.metadata?.labels?.owner, "another-team");
        assert.equal(namespace.metadata.labels["pod-security.kubernetes.io/enforce"], undefined);
        await core.deleteNamespace({ name });
        await onStack(space, "staging", ["destroy", "--yes", "--skip-preview"]);
    });

    it("with a wrong passphrase says so and changes nothing", async () => {
        const result = await onStack(space, "staging", ["preview"], {
            env: { PULUMI_CONFIG_PASSPHRASE_FILE: undefined, PULUMI_CONFIG_PASSPHRASE: "wrong" },
        });
        assert.notEqual(result.code, 0);
        assert.match(output(result), /incorrect passphrase/);
    });

    it("with a stack that is neither staging nor prod stops and names both", async () => {
        await mkdir(paths.stacks, { recursive: true });
        const configFile = join(paths.stacks, "Pulumi.dev.yaml");
        await copyFile(space.configFile, configFile);
        await pulumi(space, ["stack", "init", "dev"], { cwd: paths.stacks });
        const result = await onStack(space, "dev", ["preview"], { configFile });
        assert.notEqual(result.code, 0);
        assert.match(output(result), /stack = "dev"\s+must be: staging or prod/);
    });
});

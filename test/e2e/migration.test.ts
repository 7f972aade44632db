import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../process/run";
import { runSmoke, failureText } from "../../smoke";
import type { Workspace } from "../../local/workspace";
import { migrate } from "../../cli/migrate/migrate";
import { preview, type Engine } from "../../engine/preview";
import { commandsOf } from "../support/docsCommands";
import { newStack, onStack, output, paths, POLICIES, removeAll } from "./support/embedded";
import { type Clients, clients, podNames } from "./support/objects";
import { Reader } from "./support/reader";

const NAMESPACE = "x0tta6bl4-staging";
const NAME = "staging-x0tta6bl4";
const OVERLAY = join(__dirname, "fixtures", "overlay", "staging.yaml");

const SELECTOR = "app.kubernetes.io/name=x0tta6bl4,environment=staging";
const GUIDE = readFileSync(join(paths.checkout, "docs", "migration.md"), "utf8");
const FORCE = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };

describe("Migration from the Kustomize overlay", () => {
    let space: Workspace;
    let cluster: Clients;
    let engine: Engine;
    let oldPods: string[];
    const file = join(paths.root, "import.json");

    const kubectl = (...args: string[]) =>
        run(space.kubectl, ["--kubeconfig", space.cluster.kubeconfig, "--context", space.cluster.context, ...args]);

    /** Runs the guide's kubectl command that contains a text. @returns its output. */
    async function follow(part: string): Promise<string> {
        const lines = commandsOf("docs/migration.md", GUIDE)
            .filter(({ block, text }) => block && text.startsWith("kubectl ") && text.includes(part))
            .map(({ text }) => text);
        const { stdout } = await new Reader(space, paths.root).follow(lines.join("\n"), paths.checkout);
        return stdout;
    }

    /** Ready addresses behind the app's Service. */
    async function ready(): Promise<number> {
        const list = { namespace: NAMESPACE, labelSelector: `kubernetes.io/service-name=${NAME}` };
        const { items } = await cluster.discovery.listNamespacedEndpointSlice(list);
        return items.flatMap(({ endpoints }) => endpoints).filter(({ conditions }) => conditions?.ready).length;
    }

    /** Runs an action while watching the Service. @returns the lowest number of ready addresses. */
    async function watched(work: () => Promise<void>): Promise<number> {
        let fewest = await ready();
        const stop = new AbortController();
        const watching = (async () => {
            while (!stop.signal.aborted) {
                fewest = Math.min(fewest, await ready());
                await sleep(50);
            }
        })();
        await work();
        stop.abort();
        await watching;
        return fewest;
    }

    before(async () => {
        space = await newStack();
        cluster = clients(space.cluster);
        const { cli, configFile } = space;
        engine = { pulumi: cli.executable, env: cli.env, program: paths.checkout, stack: "staging", configFile };
        await kubectl("apply", "--filename", OVERLAY);
        await kubectl("--namespace", NAMESPACE, "rollout", "status", `deployment/${NAME}`, "--timeout=60s");
        oldPods = await podNames(cluster, NAMESPACE);
        assert.equal(oldPods.length, 2);
    });

    after(removeAll);

    it("finds what can be imported, what cannot, and says which commands come next", async () => {
        const { text } = await migrate(engine, file);
        for (const object of [
            `Namespace ${NAMESPACE}`,
            `ServiceAccount ${NAMESPACE}/${NAME}`,
            `ConfigMap ${NAMESPACE}/${NAME}-config`,
            `Service ${NAMESPACE}/${NAME}`,
            `Service ${NAMESPACE}/${NAME}-metrics`,
        ]) {
            assert.ok(text.includes(`  ${object}\n`), `${object} is missing in:\n${text}`);
        }
        for (const service of [NAME, `${NAME}-metrics`]) {
            assert.ok(text.includes(`set selector service ${service} ${SELECTOR} --namespace ${NAMESPACE}`), text);
        }
        assert.match(text, /^5 existing objects can be imported/);
        assert.match(text, new RegExp(`Deployment ${NAMESPACE}/${NAME}: spec\\.selector`));
        assert.match(
            text,
            new RegExp(
                `--context ${space.cluster.context} .*delete deployment ${NAME} --namespace ${NAMESPACE} --cascade=orphan`,
            ),
        );
    });

    it("imports it without a change in the cluster", async () => {
        const versions = async () =>
            (
                await kubectl(
                    "--namespace",
                    NAMESPACE,
                    "get",
                    "deployments,services,configmaps,serviceaccounts",
                    "--output",
                    "jsonpath={.items[*].metadata.resourceVersion}",
                )
            ).stdout;
        const before = await versions();
        const flags = ["import", "--file", file, "--protect=false", "--generate-code=false", "--yes"];
        const result = await onStack(space, "staging", flags);
        assert.equal(result.code, 0, output(result));
        assert.equal(await versions(), before);
    });

    it("shows in the preview that nothing is replaced or deleted", async () => {
        const { changes, errors } = await preview({ ...engine, env: { ...engine.env, ...FORCE } });
        assert.deepEqual(errors, []);
        assert.deepEqual(
            changes.filter(({ op }) => op === "replace" || op === "delete"),
            [],
        );
        const updated = changes.filter(({ op }) => op === "update").map(({ object }) => object);
        for (const kind of ["Namespace", "ServiceAccount", "ConfigMap", "Service"]) {
            assert.ok(
                updated.some((object) => object.startsWith(`${kind} `)),
                `${kind}: ${updated.join(", ")}`,
            );
        }
        assert.ok(changes.some(({ op, object }) => op === "create" && object === `Deployment ${NAMESPACE}/${NAME}`));
    });

    it("rolls every pod once, with never less than all ready", async () => {
        const fewest = await watched(async () => {
            await follow("set selector service");
            await follow("--cascade=orphan");
            assert.deepEqual(await podNames(cluster, NAMESPACE), oldPods);
            const flags = ["up", "--yes", "--skip-preview", ...POLICIES];
            const result = await onStack(space, "staging", flags, { env: FORCE });
            assert.equal(result.code, 0, output(result));
        });
        assert.equal(fewest, 2);
        const pods = await podNames(cluster, NAMESPACE);
        assert.equal(pods.length, 2);
        assert.deepEqual(
            pods.filter((name) => oldPods.includes(name)),
            [],
        );
        const { items } = await cluster.apps.listNamespacedReplicaSet({ namespace: NAMESPACE });
        assert.ok(items.every(({ metadata }) => metadata?.ownerReferences?.[0]?.kind === "Deployment"));
    });

    it("is done after one more update: nothing to change", async () => {
        // Ports applied by kubectl stay in a Service until they are removed.
        await follow("patch service");
        const result = await onStack(space, "staging", ["up", "--yes", "--skip-preview", ...POLICIES]);
        assert.equal(result.code, 0, output(result));
        const again = await onStack(space, "staging", ["preview", "--expect-no-changes", ...POLICIES]);
        assert.equal(again.code, 0, output(again));
    });

    it("leaves objects under old names, which one command removes without touching the stack's own", async () => {
        await follow(" annotate ");
        const stdout = await follow("managed-by=kustomize");
        assert.deepEqual(stdout.match(/"[^"]+"/g)?.sort(), [
            '"staging-x0tta6bl4-secrets-7h2k9dmf5t"',
            '"staging-x0tta6bl4-staging"',
            '"staging-x0tta6bl4-staging"',
        ]);
        const result = await onStack(space, "staging", ["preview", "--refresh", "--expect-no-changes"]);
        assert.equal(result.code, 0, output(result));
    });

    it("passes every smoke check then", async () => {
        const report = await runSmoke({ cluster: space.cluster, outputs: await space.stack.outputs() });
        assert.equal(report.failed, 0, failureText(report));
    });

    it("has the other commands in the guide, too", () => {
        for (const part of [
            "npx x0 migrate --stack staging",
            "PULUMI_K8S_ENABLE_PATCH_FORCE=true pulumi preview --stack staging",
            "PULUMI_K8S_ENABLE_PATCH_FORCE=true pulumi up --stack staging",
        ]) {
            assert.ok(GUIDE.includes(part), part);
        }
    });
});

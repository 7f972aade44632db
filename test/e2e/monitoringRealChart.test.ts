import assert from "node:assert/strict";
import { AdmissionregistrationV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import { z } from "zod";
import type { Workspace } from "../../local/workspace";
import { type RunningStack, up } from "../../local/up";
import { failureText, runSmoke } from "../../smoke";
import { CHART, withoutChart } from "../support/chart";
import { onStack, output, paths, POLICIES, progress, removeAll, workspace } from "./support/embedded";
import { type Clients, clients } from "./support/objects";
import { setSetting } from "./support/settings";

const NAMESPACES = ["monitoring", "monitoring-node"];

/** A list, as far as it names its objects. */
interface Leftovers {
    readonly items: readonly { readonly metadata?: { readonly name?: string } }[];
}

/** All objects of the release outside its namespaces, by name. */
async function leftovers({ core, rbac, config }: Clients): Promise<string[]> {
    const admission = config.makeApiClient(AdmissionregistrationV1Api);
    const labelSelector = "app.kubernetes.io/managed-by=Helm";
    const lists: Leftovers[] = await Promise.all([
        rbac.listClusterRole({ labelSelector }),
        rbac.listClusterRoleBinding({ labelSelector }),
        admission.listMutatingWebhookConfiguration({ labelSelector }),
        admission.listValidatingWebhookConfiguration({ labelSelector }),
        core.listServiceForAllNamespaces({ labelSelector }),
        core.listNamespace({ labelSelector: "app.kubernetes.io/component=monitoring" }),
    ]);
    return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? "")).sort();
}

describe(`The real chart on the embedded cluster${withoutChart("skipped")}`, () => {
    let cluster: Clients;

    before(async function () {
        if (CHART === undefined) {
            this.skip();
        }
        await removeAll();
    });

    after(async () => {
        if (CHART !== undefined) {
            await removeAll();
        }
    });

    const bringUp = async (stack: string, chart?: string): Promise<RunningStack> => {
        const running = await up(stack, progress, paths, chart);
        cluster = clients(running.cluster);
        return running;
    };

    const passesSmoke = async (running: RunningStack) => {
        const report = await runSmoke(running);
        assert.equal(report.failed, 0, failureText(report));
        return report.results.filter(({ topic }) => topic === "Monitoring");
    };

    const hasNothingToDo = async (space: Workspace, stack: string) => {
        for (const refresh of [[], ["--refresh"]]) {
            const flags = ["preview", "--expect-no-changes", ...refresh, ...POLICIES];
            const result = await onStack(space, stack, flags);
            assert.equal(result.code, 0, output(result));
        }
    };

    const destroyed = async (stack: string) => {
        const result = await onStack(await workspace(stack), stack, ["destroy", "--yes", "--skip-preview"]);
        assert.equal(result.code, 0, output(result));
    };

    const notDeployed = (results: Awaited<ReturnType<typeof passesSmoke>>) =>
        results.flatMap(({ name, finding }) => (finding.status === "skipped" ? [name] : []));

    it("comes up in staging, every workload ready, and passes smoke checks and policies", async () => {
        const running = await bringUp("staging", CHART);
        const skipped = notDeployed(await passesSmoke(running));
        assert.deepEqual(skipped, ["webhook ready", "Prometheus ready", "Alertmanager ready"]);
    });

    it("has nothing to change in a second preview, nor after a refresh", async () => {
        await hasNothingToDo(await workspace("staging"), "staging");
    });

    it("stays when staging is brought up again without naming the chart", async () => {
        assert.equal((await bringUp("staging")).changed, false);
    });

    it("selects every monitor and rule that the stack makes", async () => {
        const objects = cluster.config.makeApiClient(CustomObjectsApi);
        const prometheus: unknown = await objects.getNamespacedCustomObject({
            group: "monitoring.coreos.com",
            version: "v1",
            namespace: "monitoring",
            plural: "prometheuses",
            name: "prometheus-kube-prometheus-prometheus",
        });
        const { spec } = z.object({ spec: z.record(z.string(), z.unknown()) }).parse(prometheus);
        for (const kind of ["serviceMonitor", "podMonitor", "rule"]) {
            assert.deepEqual([spec[`${kind}Selector`], spec[`${kind}NamespaceSelector`]], [{}, {}], kind);
        }
    });

    it("runs beside prod, which adds its own monitors and rules to the same Prometheus", async () => {
        const prod = await bringUp("prod");
        const skipped = notDeployed(await passesSmoke(prod));
        assert.ok(skipped.includes("Helm release deployed"), skipped.join());
        await hasNothingToDo(await workspace("prod"), "prod");
        assert.equal((await bringUp("staging")).changed, false, "prod changed something of staging's");
    });

    it("upgrades its CRDs by its own job, which namespace and policies admit", async () => {
        const space = await workspace("staging");
        setSetting(space.configFile, "monitoring.chart.upgradeCrds", true);
        const result = await onStack(space, "staging", ["up", "--yes", "--skip-preview", ...POLICIES]);
        assert.equal(result.code, 0, output(result));
    });

    it("is removed with staging, cluster-wide objects included, and leaves prod and the CRDs", async () => {
        await destroyed("staging");
        assert.deepEqual(await leftovers(cluster), []);
        const { items } = await cluster.extensions.listCustomResourceDefinition();
        assert.ok(items.some(({ metadata }) => metadata?.name === "servicemonitors.monitoring.coreos.com"));
        await destroyed("prod");
    });

    it("comes up in prod, with all its replicas, and is removed again", async () => {
        const running = await bringUp("prod", CHART);
        const skipped = notDeployed(await passesSmoke(running));
        assert.deepEqual(skipped, ["Prometheus ready", "Alertmanager ready"]);
        await hasNothingToDo(await workspace("prod"), "prod");
        const staging = await bringUp("staging");
        await passesSmoke(staging);
        await destroyed("staging");
        await destroyed("prod");
        assert.deepEqual(await leftovers(cluster), []);
        const names = (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name ?? "");
        assert.deepEqual(
            names.filter((name) => NAMESPACES.includes(name)),
            [],
        );
    });
});

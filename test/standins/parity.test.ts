import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { buildPlugins } from "../../standins/build";
import type { KubernetesClient } from "../../standins/kubernetes/client";
import { gvkOf, nameOf } from "../../standins/kubernetes/object";
import { isMap, text } from "../../standins/protocol/values";
import type { PropertyMap, Value } from "../../standins/protocol/values";
import { NAMESPACE_NAME, parityProgram } from "./parityProgram";
import type { Step } from "./parityProgram";
import { clientOf } from "./support";

/** Folder with the official `pulumi-resource-kubernetes`. */
const OFFICIAL = process.env.X0TTA6BL4_OFFICIAL_PLUGINS ?? "";
/** Kubeconfig of a disposable cluster that the comparison may create and delete objects in. */
const KUBECONFIG = process.env.X0TTA6BL4_PARITY_KUBECONFIG ?? "";
/** The context of it. */
const CONTEXT = process.env.X0TTA6BL4_PARITY_CONTEXT ?? "";

/** The steps, each from the state that the one before left. */
const steps: Record<string, Step> = {
    "a create": { version: "1", app: "a" },
    "an update": { version: "2", app: "a" },
    "a replacement": { version: "2", app: "b" },
};

/** Kinds whose objects are compared, by API version. */
const COMPARED = [
    ["v1", "ConfigMap"],
    ["v1", "Secret"],
    ["v1", "Service"],
    ["v1", "ServiceAccount"],
    ["v1", "ResourceQuota"],
    ["apps/v1", "Deployment"],
    ["apps/v1", "StatefulSet"],
    ["apps/v1", "DaemonSet"],
    ["policy/v1", "PodDisruptionBudget"],
    ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
    [`${NAMESPACE_NAME}.example.com/v1`, "Widget"],
] as const;

/** Fields that differ between two runs of one and the same plugin. */
const changing = new Set([
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "time",
    "clusterIP",
    "clusterIPs",
    "status",
    "generation",
]);

/** Managers that are part of the cluster, whose entries depend on the moment. */
const clusterManager = /^(?:kube-|kwok)/;

/** A text without the random digits of each run. */
function withoutSuffix(text: string): string {
    return text.replace(/(pulumi-kubernetes)-[0-9a-f]{8}/, "$1-#");
}

/** A copy without what differs between two runs. */
function comparable(value: Value): Value {
    if (typeof value === "string") {
        return withoutSuffix(value);
    }
    if (Array.isArray(value)) {
        return value.filter((item) => !isMap(item) || !clusterManager.test(text(item, "manager"))).map(comparable);
    }
    return isMap(value)
        ? Object.fromEntries(
              Object.entries(value)
                  .filter(([name]) => !changing.has(name))
                  .map(([name, each]) => [name, comparable(each)]),
          )
        : value;
}

/** Objects in the cluster and planned changes of a run, after each step. */
type Outcome = Record<string, { plan: Record<string, unknown>; objects: Record<string, Value> }>;

/** All compared objects that the program made. */
async function objects(client: KubernetesClient): Promise<Record<string, Value>> {
    const result: Record<string, Value> = {};
    client.forget();
    for (const [apiVersion, kind] of COMPARED) {
        const gvk = gvkOf({ apiVersion, kind });
        const isClusterWide = kind.startsWith("ClusterRole");
        const found = await client.list(gvk, isClusterWide ? "" : NAMESPACE_NAME);
        for (const object of found.filter((each) => isOurs(each, isClusterWide))) {
            result[`${kind} ${withoutSuffix(nameOf(object))}`] = comparable(object);
        }
    }
    return result;
}

/** Whether an object was created by the program, and not by the cluster. */
function isOurs(object: PropertyMap, isClusterWide: boolean): boolean {
    return isClusterWide
        ? nameOf(object) === NAMESPACE_NAME
        : !["default", "kube-root-ca.crt"].includes(nameOf(object));
}

/** What a preview would do, by resource. */
async function plan(stack: Stack): Promise<Record<string, unknown>> {
    const result: Record<string, unknown> = {};
    const onEvent = (event: EngineEvent): void => {
        const step = event.resourcePreEvent?.metadata;
        if (step !== undefined && !step.urn.includes("pulumi:providers")) {
            const replaced = step.keys?.toSorted();
            result[`${step.op} ${step.urn.split("::").slice(2).join("::")}`] = { replaced, details: step.detailedDiff };
        }
    };
    await stack.preview({ onEvent });
    return result;
}

/** Goes through the steps with the plugins of a folder, and cleans up. */
async function run(plugins: string, client: KubernetesClient): Promise<Outcome> {
    const folder = mkdtempSync(join(tmpdir(), "parity-"));
    let step: Step = { version: "1", app: "a" };
    const program = (): Promise<void> => {
        parityProgram({ kubeconfig: KUBECONFIG, context: CONTEXT }, step);
        return Promise.resolve();
    };
    const stack = await LocalWorkspace.createOrSelectStack(
        { projectName: "parity", stackName: "parity", program },
        {
            workDir: folder,
            pulumiHome: join(folder, "home"),
            envVars: {
                PATH: `${plugins}${delimiter}${process.env.PATH ?? ""}`,
                PULUMI_BACKEND_URL: `file://${folder}`,
                PULUMI_CONFIG_PASSPHRASE: "parity",
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                PULUMI_SKIP_UPDATE_CHECK: "true",
            },
        },
    );
    const result: Outcome = {};
    try {
        for (const [name, each] of Object.entries(steps)) {
            step = each;
            const planned = await plan(stack);
            await stack.up();
            assert.deepEqual((await stack.preview({ expectNoChanges: true })).changeSummary.update, undefined);
            result[name] = { plan: planned, objects: await objects(client) };
        }
    } finally {
        await stack.destroy();
        rmSync(folder, { recursive: true });
    }
    return result;
}

describe("stand-in and official Kubernetes plugin", function () {
    this.timeout(600_000);
    let ours: Outcome;
    let theirs: Outcome;
    before(async function () {
        if (OFFICIAL === "" || KUBECONFIG === "" || CONTEXT === "") {
            console.log(
                "      skipped: set X0TTA6BL4_OFFICIAL_PLUGINS to the folder of an official pulumi-resource-kubernetes",
            );
            console.log(
                "      and X0TTA6BL4_PARITY_KUBECONFIG and X0TTA6BL4_PARITY_CONTEXT to a disposable cluster with nodes",
            );
            this.skip();
        }
        const client = await clientOf(KUBECONFIG, CONTEXT);
        const folder = mkdtempSync(join(tmpdir(), "stand-in-"));
        await buildPlugins(folder);
        ours = await run(folder, client);
        theirs = await run(OFFICIAL, client);
        rmSync(folder, { recursive: true });
    });
    for (const name of Object.keys(steps)) {
        it(`plan the same for ${name}, property by property`, () => {
            assert.ok(Object.keys(theirs[name]!.plan).length > 0);
            assert.deepEqual(ours[name]!.plan, theirs[name]!.plan);
        });
        it(`leave the same objects after ${name}, field managers included`, () => {
            assert.ok(Object.keys(theirs[name]!.objects).length > 10);
            assert.deepEqual(ours[name]!.objects, theirs[name]!.objects);
        });
    }
});

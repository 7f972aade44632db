import assert from "node:assert/strict";
import { PatchStrategy } from "@kubernetes/client-node";
import fc from "fast-check";
import { z } from "zod";
import { startCluster } from "../../local/controlPlane";
import { CLUSTER_TOOLS } from "../../local/controlPlane/kwokctl";
import { parseSettings } from "../../settings";
import { schemas } from "../../settings/schema";
import { SettingsError } from "../../settings/shared/faults";
import { ensureTools } from "../../tools";
import { type Overrides, plain, type Registered, runProgram, stackConfig } from "../support/program";
import { record, text } from "../support/mesh";
import { accepted } from "../support/settingsArbitrary";
import { paths, progress, removeAll } from "./support/embedded";
import { type Clients, clients } from "./support/objects";

/** Number of sets of settings that are sent; a long run sends 10 000. */
const SAMPLES = Number(process.env.ACCEPTED_SETTINGS ?? "60");

/** Sets that are drawn at a time. */
const BATCH = 20;

/** Each batch has a seed of its own: runs with neighbouring seeds share none of their sets. */
const SEEDS_APART = 1_000;

/** Namespace of all objects that need one: a dry run creates none for the next. */
const NAMESPACE = "dry-run";

/** How many settings with a default are set, of ten: few, so that few constraints fail and many sets are accepted. */
const SET = 1;

/**
 * Groups of kinds that the cluster of this test does not have. `npm run test:delivery` and `npm run test:servicemesh` send
 * those of Rollouts and service meshes to one that has them.
 */
const FOREIGN_GROUPS = ["monitoring.coreos.com", "argoproj.io", "security.istio.io", "policy.linkerd.io"];

/** What the program sets of an object's metadata. */
const metadataSchema = z.object({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
});

/** A section that is excluded: its objects do not depend on the others, and creating them takes most of the time. */
const OFF = fc.constant({ enabled: false });

/** Settings of one section: the more are changed together, the more sets violate a constraint. */
const overrides = fc.oneof(
    fc.record({ mesh: accepted(schemas.mesh, { set: SET }), spire: OFF, monitoring: OFF }),
    fc.record({ mesh: accepted(schemas.mesh, { set: SET }), monitoring: OFF }),
    fc.record({ spire: accepted(schemas.spire, { set: SET, without: ["enabled"] }), monitoring: OFF }),
    fc.record({ monitoring: accepted(schemas.monitoring, { set: SET, without: ["chart"] }) }),
);

/** Whether the program accepts the settings; any other error fails the test. */
function isAccepted(given: Overrides): boolean {
    const config = stackConfig("staging", { cluster: { context: "test" }, ...given });
    const values = Object.fromEntries(
        Object.entries(config).flatMap(([key, value]) =>
            key.startsWith("x0tta6bl4:") ? [[key.slice("x0tta6bl4:".length), value]] : [],
        ),
    );
    try {
        parseSettings({ stack: "staging", values, secretKeys: new Set() });
        return true;
    } catch (error) {
        assert.ok(error instanceof SettingsError, String(error));
        return false;
    }
}

/** The Kubernetes object of a resource, without the marks of secrets. */
function objectOf({ inputs }: Registered): Record<string, unknown> {
    return record(plain(inputs));
}

describe("Accepted settings", () => {
    let api: Clients;
    const sent = new Set<string>();

    /** Sends an object by server-side apply, as the provider does. */
    async function apply(object: Record<string, unknown>, dryRun: boolean): Promise<void> {
        const metadata = metadataSchema.parse(object.metadata);
        const body = Object.assign({}, object, {
            apiVersion: text(object.apiVersion),
            kind: text(object.kind),
            metadata: metadata.namespace === undefined ? metadata : { ...metadata, namespace: NAMESPACE },
        });
        await api.objects.patch(
            body,
            undefined,
            dryRun ? "All" : undefined,
            "accepted-settings",
            true,
            PatchStrategy.ServerSideApply,
        );
    }

    async function objectsOf(given: Overrides): Promise<Record<string, unknown>[]> {
        const { resources } = await runProgram("staging", given);
        return resources
            .filter(({ type, inputs }) => type.startsWith("kubernetes:") && typeof inputs.apiVersion === "string")
            .filter(({ inputs }) => !FOREIGN_GROUPS.includes(String(inputs.apiVersion).split("/")[0] ?? ""))
            .map(objectOf);
    }

    before(async () => {
        await removeAll();
        const tools = await ensureTools(CLUSTER_TOOLS, progress, paths);
        api = clients(await startCluster(tools, progress, paths));
        await api.core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
        // Installs the CRDs of SPIRE, so that their objects are validated, too.
        for (const object of await objectsOf({})) {
            if (object.kind === "CustomResourceDefinition") {
                await apply(object, false);
            }
        }
    });

    after(removeAll);

    it(`are accepted by the API server: ${SAMPLES} sets, hostile values included`, async function () {
        this.timeout(SAMPLES * 10_000 + 60_000);
        const refused: string[] = [];
        for (const given of acceptedSets()) {
            for (const object of await objectsOf(given)) {
                const content = JSON.stringify(object);
                if (!sent.has(content)) {
                    sent.add(content);
                    await apply(object, true).catch((error: unknown) => {
                        refused.push(`${JSON.stringify(given)}\n  ${String(error)}`);
                        // Printed immediately: a long run can be aborted.
                        console.log(`      refused: ${refused.at(-1) ?? ""}`);
                    });
                }
            }
        }
        assert.deepEqual(refused, []);
    });

    after(() => {
        console.log(`      ${sent.size} distinct objects`);
    });
});

/** Sets of settings that the program accepts, generated as they are needed. */
function* acceptedSets(): Generator<Overrides> {
    // The same sets in every ordinary run. A long run uses others; the seed is printed, so that it can be repeated.
    const drawn = process.env.ACCEPTED_SETTINGS === undefined ? 1 : Date.now() % 1_000_000;
    const seed = Number(process.env.ACCEPTED_SETTINGS_SEED ?? drawn);
    console.log(`      ACCEPTED_SETTINGS_SEED=${seed}`);
    let count = 0;
    for (let batch = 0; count < SAMPLES; batch += 1) {
        assert.ok(batch < SAMPLES * 5, "hardly any set is accepted: the test says little");
        const options = { numRuns: BATCH, seed: seed * SEEDS_APART + batch };
        for (const given of fc.sample(overrides, options).filter(isAccepted)) {
            if (count < SAMPLES) {
                count += 1;
                yield given;
            }
        }
    }
}

import assert from "node:assert/strict";
import { PatchStrategy } from "@kubernetes/client-node";
import fc from "fast-check";
import { startCluster } from "../../local/controlPlane";
import { CLUSTER_TOOLS } from "../../local/controlPlane/kwokctl";
import { parseSettings } from "../../settings";
import { schemas } from "../../settings/schema";
import { SettingsError } from "../../settings/shared/faults";
import { ensureTools } from "../../tools";
import { type Overrides, type Registered, runProgram, stackConfig } from "../support/program";
import { accepted } from "../support/settingsArbitrary";
import { paths, progress, removeAll } from "./support/embedded";
import { type Clients, clients } from "./support/objects";

/** Sets of settings that are sent; a long run has 10 000. */
const SAMPLES = Number(process.env.ACCEPTED_SETTINGS ?? "150");

/** Namespace of all objects that need one: a dry run creates none for the next. */
const NAMESPACE = "dry-run";

/** How many settings with a default are set, of ten: few, so that few constraints fail and many sets are accepted. */
const SET = 1;

const overrides = fc.record({
    mesh: accepted(schemas.mesh, { set: SET }),
    spire: accepted(schemas.spire, { set: SET, without: ["enabled"] }),
    monitoring: accepted(schemas.monitoring, { set: SET, without: ["chart"] }),
});

/** Whether the program accepts the settings; any other error than its own refusal fails. */
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
    const plain: unknown = JSON.parse(JSON.stringify(inputs), (_key, value: unknown) =>
        typeof value === "object" && value !== null && Object.keys(value).join() === "secret"
            ? Reflect.get(value, "secret")
            : value,
    );
    return { ...Object(plain) };
}

describe("Accepted settings", () => {
    let api: Clients;
    const sent = new Set<string>();

    /** Sends an object by server-side apply, as the provider does. */
    async function apply(object: Record<string, unknown>, dryRun: boolean): Promise<void> {
        const metadata = Object(object.metadata);
        const moved = metadata.namespace === undefined ? metadata : { ...metadata, namespace: NAMESPACE };
        await api.objects.patch(
            { ...object, metadata: moved },
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
            .filter(({ inputs }) => !String(inputs.apiVersion).startsWith("monitoring.coreos.com/"))
            .map(objectOf);
    }

    before(async () => {
        await removeAll();
        const tools = await ensureTools(CLUSTER_TOOLS, progress, paths);
        api = clients(await startCluster(tools, progress, paths));
        await api.core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
        // The kinds of SPIRE, so that their objects are validated too.
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
                const text = JSON.stringify(object);
                if (!sent.has(text)) {
                    sent.add(text);
                    await apply(object, true).catch((error: unknown) => {
                        refused.push(`${JSON.stringify(given)}\n  ${String(error)}`);
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
    // The seed is printed, so that a run that failed can be repeated.
    const seed = Number(process.env.ACCEPTED_SETTINGS_SEED ?? Date.now() % 1_000_000);
    console.log(`      ACCEPTED_SETTINGS_SEED=${seed}`);
    let count = 0;
    for (let batch = 0; count < SAMPLES; batch += 1) {
        assert.ok(batch < SAMPLES, "hardly any set is accepted: the test says little");
        for (const given of fc.sample(overrides, { numRuns: 20, seed: seed + batch }).filter(isAccepted)) {
            if (count < SAMPLES) {
                count += 1;
                yield given;
            }
        }
    }
}

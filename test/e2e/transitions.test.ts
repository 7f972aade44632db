import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workspace } from "../../local/workspace";
import { CREATE_MANAGER, takeOver } from "../../standins/kubernetes/managedFields";
import { apply, createAs, patchAs } from "./support/fields";
import { RENUMBERED, TRANSITIONS } from "./support/transitionObjects";
import { newStack, onStack, output, paths, POLICIES, pulumi, removeAll } from "./support/embedded";
import { type Clients, clients } from "./support/objects";
import { setSetting } from "./support/settings";

const NAMESPACE = "x0tta6bl4-staging";
const DEPLOYMENT = { namespace: NAMESPACE, name: "staging-x0tta6bl4" };

/** Time between two samples of the replica count (ms). */
const SAMPLE_MS = 100;

/** Longer than the sync period of the autoscaler (15 s by default). */
const AUTOSCALER_SYNC_MS = 20_000;

/** Replicas at one moment. */
interface Sample {
    readonly wanted: number;
    readonly ready: number;
}

describe("A running stack whose settings change", () => {
    let space: Workspace;
    let cluster: Clients;

    before(async () => {
        space = await newStack();
        cluster = clients(space.cluster);
        set("monitoring.enabled", false);
        set("spire.enabled", false);
        set("mesh.replicas", 5);
        await update();
    });

    after(removeAll);

    const set = (path: string, value: unknown) => {
        setSetting(space.configFile, path, value);
    };

    async function update(): Promise<void> {
        const result = await onStack(space, "staging", ["up", "--yes", "--skip-preview"]);
        assert.equal(result.code, 0, output(result));
    }

    async function sample(): Promise<Sample> {
        const { spec, status } = await cluster.apps.readNamespacedDeployment(DEPLOYMENT);
        return { wanted: spec?.replicas ?? 0, ready: status?.readyReplicas ?? 0 };
    }

    /** The replica counts while something runs, without repetitions. */
    async function samplesDuring(work: () => Promise<void>): Promise<string[]> {
        const seen = new Set<string>();
        const working = new AbortController();
        const sampling = (async () => {
            while (!working.signal.aborted) {
                const { wanted, ready } = await sample();
                seen.add(`${ready}/${wanted}`);
                await sleep(SAMPLE_MS);
            }
        })();
        await work().finally(() => {
            working.abort();
        });
        await sampling;
        return [...seen];
    }

    describe("autoscaling", () => {
        it("keeps the live count when it is switched on", async () => {
            set("mesh.autoscaling.enabled", true);
            const seen = await samplesDuring(async () => {
                await update();
                await sleep(AUTOSCALER_SYNC_MS);
            });
            assert.deepEqual(seen, ["5/5"]);
        });

        it("keeps the count of the autoscaler when something else changes", async () => {
            set("mesh.autoscaling.minReplicas", 6);
            await update();
            for (let waited = 0; (await sample()).ready !== 6 && waited < 60; waited++) {
                await sleep(1_000);
            }
            set("mesh.service.headless", true);
            set("mesh.logLevel", "ERROR");
            const seen = await samplesDuring(update);
            assert.deepEqual(
                seen.filter((each) => !each.endsWith("/6") || Number.parseInt(each, 10) < 6),
                [],
                seen.join(" "),
            );
        });

        it("goes from the live count to the setting when it is switched off, and to nothing below", async () => {
            set("mesh.autoscaling.enabled", false);
            const seen = await samplesDuring(update);
            assert.deepEqual(
                seen.filter((each) => Number.parseInt(each, 10) < 5 || !/\/[56]$/.test(each)),
                [],
                seen.join(" "),
            );
            assert.equal((await sample()).wanted, 5);
        });

        it("leaves nothing behind that a later update does not settle", async () => {
            const seen = await samplesDuring(update);
            assert.deepEqual(seen, ["5/5"]);
            const preview = await onStack(space, "staging", ["preview", "--expect-no-changes"]);
            assert.equal(preview.code, 0, output(preview));
        });
    });

    describe("types of volumes, environment variables and Services", () => {
        for (const { setting, choices, object } of TRANSITIONS) {
            for (const [from, before] of choices.entries()) {
                for (const [to, wanted] of choices.entries()) {
                    if (from === to) {
                        continue;
                    }
                    it(`${setting}: ${JSON.stringify(before)} to ${JSON.stringify(wanted)} and back`, async () => {
                        const name = `union-${setting.toLowerCase().replaceAll(".", "-")}-${from}-${to}`;
                        const place = { namespace: NAMESPACE, name };
                        const [old, next] = [object(before, place), object(wanted, place)];
                        const manager = "pulumi-kubernetes-test";
                        const live = await createAs(cluster.objects, old, CREATE_MANAGER);
                        // A preview of an object that was never updated: a forced dry run in addition to the create's
                        // fields.
                        await apply(cluster.objects, next, { manager, dryRun: true });
                        const owned = takeOver(live, manager);
                        assert.ok(owned !== undefined);
                        await patchAs(cluster.objects, old, owned);
                        await apply(cluster.objects, next, { manager });
                        await apply(cluster.objects, old, { manager });
                        await cluster.objects.delete(old);
                    });
                }
            }
        }
    });

    describe("numbers of ports", () => {
        for (const { setting, choices, object } of RENUMBERED) {
            it(`${setting}: the preview of an object that was never updated is refused, the update is not`, async () => {
                const place = { namespace: NAMESPACE, name: `ports-${setting.toLowerCase().replaceAll(".", "-")}` };
                const [old, next] = choices.map((choice) => object(choice, place));
                assert.ok(old !== undefined && next !== undefined);
                const manager = "pulumi-kubernetes-test";
                const live = await createAs(cluster.objects, old, CREATE_MANAGER);
                await assert.rejects(apply(cluster.objects, next, { manager, dryRun: true }), /Duplicate value/);
                const owned = takeOver(live, manager);
                assert.ok(owned !== undefined);
                await patchAs(cluster.objects, old, owned);
                await apply(cluster.objects, next, { manager, dryRun: true });
                await apply(cluster.objects, next, { manager });
                await cluster.objects.delete(old);
            });
        }
    });

    describe("temporary files", () => {
        it("are removed: a preview and an update leave nothing of ours", async () => {
            const folder = mkdtempSync(join(tmpdir(), "transitions-"));
            const env = { TMPDIR: folder };
            for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
                const result = await onStack(space, "staging", [...args, ...POLICIES], { env });
                assert.equal(result.code, 0, output(result));
            }
            // ts-node, in the SDK's runner of policy packs, keeps one folder for each pack.
            assert.deepEqual(
                readdirSync(folder).filter((name) => !name.startsWith("ts-node-")),
                [],
            );
            rmSync(folder, { recursive: true });
        });
    });

    describe("generated keys", () => {
        /** All forms of a key that a file could contain. */
        function forms(key: string): string[] {
            const bytes = /^[0-9a-f]{64}$/.test(key) ? [Buffer.from(key, "hex").toString("base64")] : [];
            return [key, Buffer.from(key).toString("base64"), ...bytes];
        }

        function filesOf(folder: string): string[] {
            return readdirSync(folder, { recursive: true, encoding: "utf8" })
                .map((name) => join(folder, name))
                .filter((file) => statSync(file).isFile());
        }

        async function keys(): Promise<string[]> {
            const { data } = await cluster.core.readNamespacedSecret({
                namespace: NAMESPACE,
                name: "staging-x0tta6bl4-secrets",
            });
            const found = Object.values(data ?? {}).map((value) => Buffer.from(value, "base64").toString());
            assert.equal(found.length, 4);
            return found;
        }

        it("are in no state, history, backup, log, export or difference, before and after a rotation", async () => {
            const first = await keys();
            set("mesh.secret.rotation", 2);
            const preview = await onStack(space, "staging", ["preview", "--diff"]);
            assert.equal(preview.code, 0, output(preview));
            await update();
            const exported = await pulumi(space, ["stack", "export", "--stack", "staging"]);
            assert.equal(exported.code, 0, output(exported));
            const texts = [
                output(preview),
                output(exported),
                ...[...filesOf(paths.state), ...filesOf(paths.logs)].map((file) => readFileSync(file, "utf8")),
            ];
            assert.ok(texts.length > 10);
            for (const [index, key] of [...first, ...(await keys())].entries()) {
                for (const form of forms(key)) {
                    assert.ok(!texts.some((text) => text.includes(form)), `key ${index} is in clear text`);
                }
            }
        });
    });
});

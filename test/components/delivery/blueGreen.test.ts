import assert from "node:assert/strict";
import { ofKind, programRun, objectName } from "../../support/mesh";
import { at, only, type Overrides, type ProgramRun } from "../../support/program";

/** A run of staging with blue/green. */
const blueGreen = (delivery: Overrides = {}): Promise<ProgramRun> =>
    programRun("staging", { mesh: { delivery: { type: "blueGreen", ...delivery } } });

/** How the Rollout delivers. */
const strategy = (run: ProgramRun) => at(only(run, "Rollout").inputs, "spec", "strategy", "blueGreen");

/** The Services of the mesh that are switched, by name. */
const service = (run: ProgramRun, name: string) =>
    ofKind(run, "Service").find((resource) => objectName(resource) === name)?.inputs;

describe("Delivery by blue/green", () => {
    it("switches the Service that callers know, and leads to the new pods by one of its own before", async () => {
        const run = await blueGreen();
        assert.equal(at(strategy(run), "activeService"), "staging-x0tta6bl4");
        assert.equal(at(strategy(run), "previewService"), "staging-x0tta6bl4-preview");
        const [active, preview] = ["staging-x0tta6bl4", "staging-x0tta6bl4-preview"].map((name) => service(run, name));
        assert.deepEqual(at(preview, "spec"), at(active, "spec"));
        const rolling = service(await programRun("staging"), "staging-x0tta6bl4");
        assert.deepEqual(at(active, "spec"), at(rolling, "spec"));
        assert.deepEqual(at(active, "metadata", "labels"), at(rolling, "metadata", "labels"));
    });

    it("has no pod, policy and budget that a Deployment would not have", async () => {
        const names = (run: ProgramRun, kind: string) =>
            ofKind(run, kind)
                .filter(({ name }) => name.startsWith("mesh"))
                .map(objectName)
                .sort();
        const [run, rolling] = [await blueGreen(), await programRun("staging")];
        for (const kind of ["NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "ServiceAccount"]) {
            assert.deepEqual(names(run, kind), names(rolling, kind));
        }
        assert.equal(
            at(only(run, "Rollout").inputs, "spec", "replicas"),
            at(only(rolling, "Deployment", "mesh").inputs, "spec", "replicas"),
        );
    });

    it("judges the new pods before the switch and after it, each time with an end", async () => {
        const run = await blueGreen({ analysis: { count: 3, interval: "30s" } });
        for (const when of ["prePromotionAnalysis", "postPromotionAnalysis"]) {
            const analysis = at(strategy(run), when);
            assert.deepEqual(at(analysis, "args", 0), { name: "hash", valueFrom: { podTemplateHashValue: "Latest" } });
            assert.equal(
                at(analysis, "templates", 0, "templateName"),
                at(only(run, "AnalysisTemplate").inputs, "metadata", "name"),
            );
        }
        const metrics = at(only(run, "AnalysisTemplate").inputs, "spec", "metrics");
        assert.ok(Array.isArray(metrics) && metrics.length === 4);
        for (const metric of metrics) {
            assert.equal(at(metric, "count"), 3);
        }
        const unjudged = strategy(await blueGreen({ analysis: { enabled: false } }));
        assert.equal(at(unjudged, "prePromotionAnalysis"), undefined);
        assert.equal(at(unjudged, "postPromotionAnalysis"), undefined);
    });

    it("keeps the old pods for a quick way back, of one version alone", async () => {
        assert.equal(at(strategy(await blueGreen()), "scaleDownDelaySeconds"), 600);
        assert.equal(at(strategy(await blueGreen({ scaleDownDelaySeconds: 60 })), "scaleDownDelaySeconds"), 60);
        assert.equal(at(strategy(await blueGreen()), "scaleDownDelayRevisionLimit"), 1);
    });

    it("switches by itself, or waits for a person where the settings say so", async () => {
        assert.equal(at(strategy(await blueGreen()), "autoPromotionEnabled"), true);
        assert.equal(at(strategy(await blueGreen({ autoPromotion: false })), "autoPromotionEnabled"), false);
    });

    it("lets the controller change these two Services, and no other", async () => {
        const rules = at(only(await blueGreen(), "Role", "delivery-role").inputs, "rules");
        assert.ok(Array.isArray(rules));
        const changes = rules.filter(
            (rule) =>
                JSON.stringify(at(rule, "resources")) === '["services"]' &&
                JSON.stringify(at(rule, "verbs")).includes("patch"),
        );
        assert.deepEqual(changes, [
            {
                apiGroups: [""],
                resources: ["services"],
                resourceNames: ["staging-x0tta6bl4", "staging-x0tta6bl4-preview"],
                verbs: ["patch"],
            },
        ]);
    });

    it("does not wait for endpoints of Services that the Rollout needs before it has pods", async () => {
        const run = await blueGreen();
        for (const name of ["staging-x0tta6bl4", "staging-x0tta6bl4-preview"]) {
            assert.equal(at(service(run, name), "metadata", "annotations", "pulumi.com/skipAwait"), "true");
        }
    });

    it("takes the selector back by force on the way to canaries, when the controller owns it", async () => {
        const run = await programRun("staging", { mesh: { delivery: { type: "canary" } } });
        const annotations = at(service(run, "staging-x0tta6bl4"), "metadata", "annotations");
        assert.equal(at(annotations, "pulumi.com/patchForce"), "true");
        assert.equal(at(annotations, "pulumi.com/skipAwait"), undefined);
        assert.equal(service(run, "staging-x0tta6bl4-preview"), undefined);
    });
});

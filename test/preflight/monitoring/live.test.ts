import assert from "node:assert/strict";
import { liveMonitoring } from "../../../preflight/monitoring/liveChart";
import {
    chartSteps,
    type LiveMonitoring,
    othersMonitoring,
    type WantedChart,
} from "../../../preflight/monitoring/upgrade";
import type { ReadAnswer } from "../../../kube/read";

/** Refusals of a version of the chart. */
function refused(version: string, live: LiveMonitoring, over: Partial<WantedChart> = {}): string[] {
    return chartSteps({ version, upgradeCrds: false, ...over }, live);
}

describe("Before an update of monitoring", () => {
    for (const version of ["88.5.3", "88.0.0", "88.9.1"]) {
        it(`nothing runs yet: ${version} may be installed`, () => {
            assert.deepEqual(refused(version, {}), []);
        });
    }

    it("another release of the same major version may follow", () => {
        assert.deepEqual(refused("88.6.0", { chartVersion: "88.5.3", crdVersion: "0.93.1" }), []);
    });

    for (const version of ["89.0.0", "87.1.0"]) {
        it(`a first install of ${version} is refused, since its CRDs are unknown`, () => {
            const [only, ...others] = refused(version, {});
            assert.match(only ?? "", /proven with is 88\.5\.3: a new major version brings new CRDs/);
            assert.match(only ?? "", /pulumi config set --path monitoring\.chart\.upgradeCrds true/);
            assert.deepEqual(others, []);
        });
    }

    it("the next major version needs the CRD step, and may follow with it", () => {
        const live = { chartVersion: "88.5.3", crdVersion: "0.93.1" };
        assert.match(refused("89.0.0", live)[0] ?? "", /88\.5\.3 is installed: a new major version brings new CRDs/);
        assert.deepEqual(refused("89.0.0", live, { upgradeCrds: true }), []);
    });

    it("a skipped major version is refused, with the next step", () => {
        const [only, ...others] = refused("90.0.0", { chartVersion: "88.5.3" }, { upgradeCrds: true });
        assert.match(only ?? "", /one major version at a time.*\n.*a release of 89\.x/);
        assert.deepEqual(others, []);
    });

    it("an older major version is refused", () => {
        const [only] = refused("88.5.3", { chartVersion: "89.1.0" }, { upgradeCrds: true });
        assert.match(only ?? "", /89\.1\.0 is installed: its CRDs cannot be downgraded/);
    });

    it("CRDs that an older operator left are refused, and upgraded on demand", () => {
        const [only] = refused("88.5.3", { crdVersion: "0.80.0" });
        assert.match(only ?? "", /operator is 0\.93, but the CRDs in the cluster are of 0\.80\.0/);
        assert.deepEqual(refused("88.5.3", { crdVersion: "0.80.0" }, { upgradeCrds: true }), []);
        assert.deepEqual(refused("88.5.3", { crdVersion: "0.93.1" }), []);
    });

    it("monitoring of the other stack is rejected, with a hint how to use it", () => {
        const live = { environment: "production", chartVersion: "60.0.0" };
        const [only, ...others] = othersMonitoring("staging", "watch", live);
        assert.match(only ?? "", /namespace watch belongs to the stack of production: a cluster holds one/);
        assert.match(only ?? "", /monitoring\.chart\.type existing/);
        assert.deepEqual(others, []);
        assert.deepEqual(othersMonitoring("production", "watch", live), []);
        assert.deepEqual(othersMonitoring("staging", "watch", {}), []);
    });
});

describe("What runs of monitoring", () => {
    const objects: Record<string, unknown> = {
        "/api/v1/namespaces/watch": { metadata: { labels: { environment: "staging" } } },
        "/apis/apps/v1/namespaces/watch/deployments/prometheus-kube-prometheus-operator": {
            metadata: { labels: { chart: "kube-prometheus-stack-88.5.3" } },
        },
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prometheusrules.monitoring.coreos.com": {
            metadata: { annotations: { "operator.prometheus.io/version": "0.93.1" } },
        },
    };
    const reader = (answer: (path: string) => ReadAnswer) => (path: string) => Promise.resolve(answer(path));

    it("is read from namespace, operator and CRD", async () => {
        const live = await liveMonitoring(
            reader((path) => ({ seen: true, object: objects[path] })),
            "watch",
        );
        assert.deepEqual(live, { environment: "staging", chartVersion: "88.5.3", crdVersion: "0.93.1" });
    });

    for (const answer of [{ seen: false }, { seen: true, object: undefined }] as const) {
        it(`is nothing where the API server ${answer.seen ? "has nothing" : "does not let it be seen"}`, async () => {
            const live = await liveMonitoring(
                reader(() => answer),
                "watch",
            );
            assert.deepEqual(live, { environment: undefined, chartVersion: undefined, crdVersion: undefined });
        });
    }
});

import assert from "node:assert/strict";
import { recommendations, windowSeconds } from "../../../cli/cost/recommend";
import { recommendationText } from "../../../cli/cost/recommendText";
import { type Recommendation, recommend } from "../../../cost/recommend";
import { readPrices, termsOf } from "../../../cost/prices";
import { savingOf } from "../../../cost/saving";
import { demandOf } from "../../../cost/stack";
import { sizedContainers } from "../../../cost/targets";
import type { PrometheusApi } from "../../../cost/usage";
import { CannotRun } from "../../../errors";
import { PROJECT_ROOT } from "../../../project";
import { StackFile } from "../../../engine/stackFile";
import { schemas } from "../../../settings/schema";
import { environmentOf } from "../../../settings/shared/environments";
import { Unreachable } from "../../../smoke/deep/prometheus";
import { goldenPlan } from "../../cost/support";
import { parsedX0 } from "../../support/parsed";

const { sizing } = schemas.cost.parse({});

function settingsOf(stack: string) {
    const { config } = StackFile.open(PROJECT_ROOT, stack);
    const environment = environmentOf(stack);
    assert.ok(environment);
    return {
        environment,
        mesh: schemas.mesh.parse(config.mesh),
        spire: schemas.spire.parse(config.spire),
        monitoring: schemas.monitoring.parse(config.monitoring),
    };
}

/** A Prometheus in which each container uses the same, but some have none or few samples. */
function prometheus(samples: (query: string) => number, cores = 0.02, bytes = 50 * 1024 ** 2): PrometheusApi {
    return {
        get: (path) => {
            const query = new URLSearchParams(path.split("?")[1]).get("query") ?? "";
            const value = query.includes("cpu_usage") ? cores : query.includes("working_set") ? bytes : 0;
            const values = Array.from({ length: samples(query) }, (_, index) => [index, String(value)]);
            const result = path.includes("query_range") ? [{ metric: {}, values }] : [];
            return Promise.resolve({ status: "success", data: { result } });
        },
    };
}

describe("x0 cost recommend", () => {
    const judge: Parameters<typeof recommendations>[2] = (container, usage) =>
        recommend(container, usage, sizing, 86_400);
    const ask = (stack: string, api: PrometheusApi) => recommendations(settingsOf(stack), api, judge, 86_400, 0);

    async function text(stack: string, found: readonly Recommendation[]): Promise<string> {
        const terms = termsOf(stack, schemas.cost.parse({}), readPrices(PROJECT_ROOT));
        const saving = savingOf(stack, await demandOf(goldenPlan(stack), stack), found, terms, "2026-11-28");
        return recommendationText(stack, found, saving, 86_400, { columns: 200, colour: false });
    }

    it("looks at every container whose resources are a setting, by the names that the stack gives", () => {
        const found = sizedContainers(settingsOf("prod"));
        assert.deepEqual(
            found.map(({ setting }) => setting),
            [
                "mesh.resources",
                "spire.server.resources",
                "spire.server.controllerManager.resources",
                "spire.agent.resources",
                "spire.csi.resources",
                "monitoring.prometheus.resources",
                "monitoring.alertmanager.resources",
                "monitoring.grafana.resources",
                "monitoring.operator.resources",
                "monitoring.kubeStateMetrics.resources",
                "monitoring.nodeExporter.resources",
            ],
        );
        const pods = (setting: string) =>
            new RegExp(`^(?:${found.find((one) => one.setting === setting)?.pods ?? ""})$`);
        assert.match("prod-x0tta6bl4-5d8f9c7b6d-x2x4z", pods("mesh.resources"));
        assert.match("spire-server-2", pods("spire.server.resources"));
        assert.match("prometheus-prometheus-kube-prometheus-prometheus-0", pods("monitoring.prometheus.resources"));
        assert.doesNotMatch(
            "prometheus-kube-prometheus-operator-webhook-1-a",
            pods("monitoring.alertmanager.resources"),
        );
        assert.ok(found[0]?.autoscaling, "prod has an autoscaler");
    });

    it("names objects as the estimate does, so that their pods are found", async () => {
        const { groups } = await demandOf(goldenPlan("prod"), "prod");
        const objects = new Set(groups.map(({ object }) => object));
        const own = sizedContainers(settingsOf("prod")).filter(({ setting }) => !setting.startsWith("monitoring."));
        assert.deepEqual(
            own.map(({ object }) => object).filter((object) => !objects.has(object)),
            [],
        );
    });

    it("prints commands that the settings accept, and the difference in a month", async () => {
        const found = await ask(
            "staging",
            prometheus(() => 288),
        );
        const shown = await text("staging", found);
        assert.match(shown, /^pulumi config set --stack staging --path mesh\.resources\.requests\.cpu 25m$/m);
        assert.match(
            shown,
            /^At the autoscaling maximum: 1 to 1 nodes, ±0\.00 USD a month; of it requests and volumes -\d+\.\d\d USD\.$/m,
        );
        assert.match(shown, /Nothing was changed\.$/);
        const lines = found.flatMap(({ lines: all }) => all);
        const mesh = lines.filter(({ key }) => key.startsWith("mesh.resources."));
        assert.ok(mesh.length > 0);
        const resources = { requests: {}, limits: {} };
        for (const { key, after } of mesh) {
            const [, , list = "", resource = ""] = key.split(".");
            Object.assign(list === "requests" ? resources.requests : resources.limits, { [resource]: after });
        }
        assert.ok(schemas.mesh.safeParse({ resources }).success);
    });

    it("says for each container what is missing, and that nothing is to be set", async () => {
        const found = await ask(
            "staging",
            prometheus((query) => (query.includes("staging-x0tta6bl4") ? 20 : 0)),
        );
        assert.ok(found.every(({ missing }) => missing !== undefined));
        const shown = await text("staging", found);
        assert.match(shown, /mesh\.resources +no recommendation +20 of 100 samples of 5 minutes/);
        assert.match(shown, /spire\.server\.resources +no recommendation +no samples: is the container running/);
        assert.match(shown, /Nothing to set\./);
    });

    it("looks back no further than Prometheus keeps samples", () => {
        assert.equal(windowSeconds("14d", "3d"), 3 * 86_400);
        assert.equal(windowSeconds("14d", "30d"), 14 * 86_400);
        assert.equal(windowSeconds("14d", "1w"), 7 * 86_400);
        assert.equal(windowSeconds("14d", "12h"), 43_200);
    });

    it("says how to open Prometheus where it cannot be reached", async () => {
        const closed = { get: () => Promise.reject(new Unreachable("prometheus does not answer")) };
        await assert.rejects(ask("prod", closed), (error: unknown) => {
            assert.ok(error instanceof CannotRun);
            assert.match(
                error.fix,
                /npx x0 monitoring prometheus --stack prod\n.*recommend --stack prod --prometheus http/,
            );
            return true;
        });
    });

    it("takes its own --stack, not that of the command before it", async () => {
        const { command, options } = await parsedX0([
            "cost",
            "recommend",
            "--stack",
            "prod",
            "--prometheus",
            "http://a:1",
        ]);
        assert.deepEqual([command, options], ["cost recommend", { stack: "prod", prometheus: "http://a:1" }]);
        assert.deepEqual((await parsedX0(["cost", "--stack", "prod", "--base", "main"])).options, {
            stack: "prod",
            base: "main",
        });
    });
});
